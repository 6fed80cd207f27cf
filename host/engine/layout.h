/*
 * What the packer writes of the engine's structures, and a host says of its own: ROW(name, type, member, kind).
 *
 * STRUCT begins one. A NUMBER is copied; an ADDRESS is told by the packer; INNER is a structure that is written by
 * itself, and so is an array, which is the REST of one; what is LEFT may be what it likes in the packer, and is zero in
 * the host, which doesn't look at it. Each byte that no row names must be zero in the packer: so a member that another
 * WAMR adds is found out. Of a structure that the host makes itself only the size is told.
 */
/* clang-format off */
#define LAYOUT(STRUCT, ROW) \
    STRUCT(module, WASMModule) \
    ROW(module_module_type, WASMModule, module_type, NUMBER) \
    ROW(module_package_version, WASMModule, package_version, NUMBER) \
    ROW(module_type_count, WASMModule, type_count, NUMBER) \
    ROW(module_import_count, WASMModule, import_count, NUMBER) \
    ROW(module_function_count, WASMModule, function_count, NUMBER) \
    ROW(module_table_count, WASMModule, table_count, NUMBER) \
    ROW(module_memory_count, WASMModule, memory_count, NUMBER) \
    ROW(module_global_count, WASMModule, global_count, NUMBER) \
    ROW(module_export_count, WASMModule, export_count, NUMBER) \
    ROW(module_table_seg_count, WASMModule, table_seg_count, NUMBER) \
    ROW(module_data_seg_count, WASMModule, data_seg_count, NUMBER) \
    ROW(module_data_seg_count1, WASMModule, data_seg_count1, LEFT) \
    ROW(module_import_function_count, WASMModule, import_function_count, NUMBER) \
    ROW(module_import_functions, WASMModule, import_functions, ADDRESS) \
    ROW(module_types, WASMModule, types, ADDRESS) \
    ROW(module_imports, WASMModule, imports, ADDRESS) \
    ROW(module_functions, WASMModule, functions, ADDRESS) \
    ROW(module_tables, WASMModule, tables, ADDRESS) \
    ROW(module_memories, WASMModule, memories, ADDRESS) \
    ROW(module_globals, WASMModule, globals, ADDRESS) \
    ROW(module_exports, WASMModule, exports, ADDRESS) \
    ROW(module_table_segments, WASMModule, table_segments, ADDRESS) \
    ROW(module_data_segments, WASMModule, data_segments, ADDRESS) \
    ROW(module_start_function, WASMModule, start_function, NUMBER) \
    ROW(module_global_data_size, WASMModule, global_data_size, NUMBER) \
    ROW(module_aux_data_end_global_index, WASMModule, aux_data_end_global_index, NUMBER) \
    ROW(module_aux_data_end, WASMModule, aux_data_end, NUMBER) \
    ROW(module_aux_heap_base_global_index, WASMModule, aux_heap_base_global_index, NUMBER) \
    ROW(module_aux_heap_base, WASMModule, aux_heap_base, NUMBER) \
    ROW(module_aux_stack_top_global_index, WASMModule, aux_stack_top_global_index, NUMBER) \
    ROW(module_aux_stack_bottom, WASMModule, aux_stack_bottom, NUMBER) \
    ROW(module_aux_stack_size, WASMModule, aux_stack_size, NUMBER) \
    ROW(module_malloc_function, WASMModule, malloc_function, NUMBER) \
    ROW(module_free_function, WASMModule, free_function, NUMBER) \
    ROW(module_retain_function, WASMModule, retain_function, NUMBER) \
    ROW(module_possible_memory_grow, WASMModule, possible_memory_grow, NUMBER) \
    ROW(module_const_str_list, WASMModule, const_str_list, LEFT) \
    ROW(module_br_table_cache_list_head, WASMModule, br_table_cache_list_head, LEFT) \
    ROW(module_br_table_cache_list, WASMModule, br_table_cache_list, LEFT) \
    ROW(module_load_addr, WASMModule, load_addr, ADDRESS) \
    ROW(module_load_size, WASMModule, load_size, NUMBER) \
    ROW(module_name_section_buf, WASMModule, name_section_buf, LEFT) \
    ROW(module_name_section_buf_end, WASMModule, name_section_buf_end, LEFT) \
    ROW(module_name, WASMModule, name, ADDRESS) \
    STRUCT(type, WASMFuncType) \
    ROW(type_param_count, WASMFuncType, param_count, NUMBER) \
    ROW(type_result_count, WASMFuncType, result_count, NUMBER) \
    ROW(type_param_cell_num, WASMFuncType, param_cell_num, NUMBER) \
    ROW(type_ret_cell_num, WASMFuncType, ret_cell_num, NUMBER) \
    ROW(type_ref_count, WASMFuncType, ref_count, LEFT) \
    ROW(type_types, WASMFuncType, types, REST) \
    STRUCT(import, WASMImport) \
    ROW(import_kind, WASMImport, kind, NUMBER) \
    ROW(import_module_name, WASMImport, u.function.module_name, ADDRESS) \
    ROW(import_field_name, WASMImport, u.function.field_name, ADDRESS) \
    ROW(import_func_type, WASMImport, u.function.func_type, ADDRESS) \
    ROW(import_func_ptr_linked, WASMImport, u.function.func_ptr_linked, ADDRESS) \
    ROW(import_signature, WASMImport, u.function.signature, LEFT) \
    ROW(import_attachment, WASMImport, u.function.attachment, LEFT) \
    STRUCT(function, WASMFunction) \
    ROW(function_field_name, WASMFunction, field_name, ADDRESS) \
    ROW(function_func_type, WASMFunction, func_type, ADDRESS) \
    ROW(function_local_count, WASMFunction, local_count, NUMBER) \
    ROW(function_local_types, WASMFunction, local_types, ADDRESS) \
    ROW(function_param_cell_num, WASMFunction, param_cell_num, NUMBER) \
    ROW(function_ret_cell_num, WASMFunction, ret_cell_num, NUMBER) \
    ROW(function_local_cell_num, WASMFunction, local_cell_num, NUMBER) \
    ROW(function_local_offsets, WASMFunction, local_offsets, ADDRESS) \
    ROW(function_max_stack_cell_num, WASMFunction, max_stack_cell_num, NUMBER) \
    ROW(function_max_block_num, WASMFunction, max_block_num, NUMBER) \
    ROW(function_code_size, WASMFunction, code_size, NUMBER) \
    ROW(function_code, WASMFunction, code, ADDRESS) \
    STRUCT(table, WASMTable) \
    ROW(table_elem_type, WASMTable, table_type.elem_type, NUMBER) \
    ROW(table_flags, WASMTable, table_type.flags, NUMBER) \
    ROW(table_possible_grow, WASMTable, table_type.possible_grow, NUMBER) \
    ROW(table_init_size, WASMTable, table_type.init_size, NUMBER) \
    ROW(table_max_size, WASMTable, table_type.max_size, NUMBER) \
    STRUCT(memory, WASMMemory) \
    ROW(memory_flags, WASMMemory, flags, NUMBER) \
    ROW(memory_num_bytes_per_page, WASMMemory, num_bytes_per_page, NUMBER) \
    ROW(memory_init_page_count, WASMMemory, init_page_count, NUMBER) \
    ROW(memory_max_page_count, WASMMemory, max_page_count, NUMBER) \
    STRUCT(expression, InitializerExpression) \
    ROW(expression_init_expr_type, InitializerExpression, init_expr_type, NUMBER) \
    ROW(expression_value, InitializerExpression, u.unary.v.u64, NUMBER) \
    STRUCT(global, WASMGlobal) \
    ROW(global_val_type, WASMGlobal, type.val_type, NUMBER) \
    ROW(global_is_mutable, WASMGlobal, type.is_mutable, NUMBER) \
    ROW(global_init_expr, WASMGlobal, init_expr, INNER) \
    STRUCT(export, WASMExport) \
    ROW(export_name, WASMExport, name, ADDRESS) \
    ROW(export_kind, WASMExport, kind, NUMBER) \
    ROW(export_index, WASMExport, index, NUMBER) \
    STRUCT(elements, WASMTableSeg) \
    ROW(elements_mode, WASMTableSeg, mode, NUMBER) \
    ROW(elements_elem_type, WASMTableSeg, elem_type, NUMBER) \
    ROW(elements_table_index, WASMTableSeg, table_index, NUMBER) \
    ROW(elements_base_offset, WASMTableSeg, base_offset, INNER) \
    ROW(elements_value_count, WASMTableSeg, value_count, NUMBER) \
    ROW(elements_init_values, WASMTableSeg, init_values, ADDRESS) \
    STRUCT(data, WASMDataSeg) \
    ROW(data_memory_index, WASMDataSeg, memory_index, NUMBER) \
    ROW(data_base_offset, WASMDataSeg, base_offset, INNER) \
    ROW(data_data_length, WASMDataSeg, data_length, NUMBER) \
    ROW(data_is_passive, WASMDataSeg, is_passive, NUMBER) \
    ROW(data_data, WASMDataSeg, data, ADDRESS) \
    STRUCT(packed, struct packed) \
    ROW(packed_module, struct packed, module, ADDRESS) \
    ROW(packed_image, struct packed, image, ADDRESS) \
    ROW(packed_blocks, struct packed, blocks, ADDRESS) \
    ROW(packed_first_blocks, struct packed, first_blocks, ADDRESS) \
    ROW(packed_stack_size, struct packed, stack_size, NUMBER) \
    ROW(packed_needs_root, struct packed, needs_root, NUMBER) \
    STRUCT(instance, WASMModuleInstance) \
    STRUCT(function_instance, WASMFunctionInstance) \
    STRUCT(global_instance, WASMGlobalInstance) \
    STRUCT(export_instance, WASMExportFuncInstance) \
    STRUCT(table_instance, WASMTableInstance)
/* clang-format on */
