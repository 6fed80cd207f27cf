/*
 * Fuzzes what the packer reads of a host's file: an input is a list of changes to build/host, into which a module is
 * packed then. A change is a byte, of which the upper half says of what part of the file it is, and the lower how many
 * bytes; where in that part, of 4 bytes; and the bytes. One of no bytes cuts the file there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/packer/elf64.h"
#include "kernel.h"
#include "packing.h"

size_t LLVMFuzzerMutate(uint8_t *input, size_t size, size_t max);

extern const uint8_t small[], small_end[], generic[], generic_end[];

enum part { HEADER, SEGMENTS, SECTIONS, LAYOUT, ALL, PARTS };

static struct {
    size_t start, size;
} parts[PARTS];

static uint8_t *file;
static size_t file_size;

static Elf64_Shdr
find_section(const Elf64_Ehdr *header, const char *wanted)
{
    const Elf64_Shdr *sections = (const Elf64_Shdr *)(generic + header->e_shoff);
    const char *names = (const char *)generic + sections[header->e_shstrndx].sh_offset;

    for (unsigned i = 0; i < header->e_shnum; i++)
        if (!strcmp(names + sections[i].sh_name, wanted))
            return sections[i];
    abort();
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const Elf64_Ehdr *header = (const Elf64_Ehdr *)generic;
    const Elf64_Shdr layout = find_section(header, ".layout");

    (void)argc, (void)argv;
    kernel_trace = getenv("FUZZ_TRACE");
    parts[HEADER].size = sizeof(*header);
    parts[SEGMENTS].start = header->e_phoff;
    parts[SEGMENTS].size = header->e_phnum * sizeof(Elf64_Phdr);
    parts[SECTIONS].start = header->e_shoff;
    parts[SECTIONS].size = header->e_shnum * sizeof(Elf64_Shdr);
    parts[LAYOUT].start = layout.sh_offset;
    parts[LAYOUT].size = layout.sh_size;
    parts[ALL].size = (size_t)(generic_end - generic);
    if (packing_pack_into(generic, parts[ALL].size, small, (size_t)(small_end - small)))
        abort(); /* or nothing would be tried */
    return 0;
}

/*
 * Adds a change of a number to an input: of itself the fuzzer would hardly come to one that matters.
 */
size_t
LLVMFuzzerCustomMutator(uint8_t *input, size_t size, size_t max, unsigned seed)
{
    static const uint64_t values[] = {
        0, 1, 2, 0x7fffffff, UINT32_MAX, INT64_MAX, UINT64_MAX, 1ULL << 63, 4096, 65535
    };
    static const uint8_t sizes[] = { 1, 2, 4, 8, 8, 0 };
    const unsigned part = seed % PARTS, count = sizes[seed / PARTS % sizeof(sizes)];
    uint32_t where = seed / 256;
    uint64_t value = values[seed / 1024 % (sizeof(values) / sizeof(*values))];

    if (seed % 8 == 0 || size + 13 > max)
        return LLVMFuzzerMutate(input, size, max);
    if (seed % 8 == 1)
        size = 0;
    if (seed % 8 < 4)
        value -= seed / 65536 % 64;
    if (part != LAYOUT && count)
        where = where / count * count;
    input[size] = (uint8_t)(part << 4 | count);
    memcpy(input + size + 1, &where, sizeof(where));
    memcpy(input + size + 1 + sizeof(where), &value, count);
    return size + 1 + sizeof(where) + count;
}

/* Makes one change; returns the input behind it. */
static const uint8_t *
change(const uint8_t *input, const uint8_t *end)
{
    const unsigned part = *input >> 4, count = *input & 15;
    uint32_t where;

    if ((size_t)(end - input) < 1 + sizeof(where) + count || part >= PARTS)
        return end;
    memcpy(&where, input + 1, sizeof(where));
    input += 1 + sizeof(where);
    const size_t at = parts[part].start + where % parts[part].size;
    if (!count && at < file_size)
        file_size = at;
    else if (at < file_size && count <= file_size - at)
        memcpy(file + at, input, count);
    return input + count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
    const uint8_t *end = input + size;

    file_size = parts[ALL].size;
    file = malloc(file_size);
    memcpy(file, generic, file_size);
    while (input < end)
        input = change(input, end);
    file = realloc(file, file_size + !file_size);
    const char *refusal = packing_pack_into(file, file_size, small, (size_t)(small_end - small));
    if (refusal && kernel_trace)
        fprintf(stderr, "refused: %s\n", refusal);
    free(file);
    return 0;
}
