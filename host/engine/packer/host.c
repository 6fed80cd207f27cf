/*
 * Reads a host. The section .layout has, as layout.c writes it:
 *
 *   64 bytes    the engine's id: a checksum of its sources and of what both sides share, in hexadecimal
 *   8           the address of `packed`
 *   string      the export that it calls; empty: none that a module must have
 *   2 x 4       each row of layout.h: offset and size
 *   2 ...       the opcodes that it has, if not all; 0xffff
 *   8, strings  each import: its address, module, name and signature; to the end
 *
 * A host that is to know which module it has, because it tells that, has a section .policy, too, which is loaded.
 */
#include "host.h"

#include <string.h>

#include "elf64.h"
#include "refuse.h"

#define ADDRESS_MAX (1ULL << 47) /* of a program, on any of the machines */
#define PAGE_MAX (1ULL << 20)    /* bytes */

struct reader {
    const uint8_t *at, *end;
};

static const void *
take(struct reader *reader, size_t size)
{
    const uint8_t *at = reader->at;

    if ((size_t)(reader->end - at) < size)
        refuse_host("its section .layout is too short");
    reader->at += size;
    return at;
}

static uint64_t
take_number(struct reader *reader, size_t size)
{
    uint64_t value = 0;

    memcpy(&value, take(reader, size), size);
    return value;
}

static const char *
take_string(struct reader *reader)
{
    const char *string = (const char *)reader->at;

    while (*(const char *)take(reader, 1))
        continue;
    return string;
}

static struct reader
part_of(const struct host *host, uint64_t offset, uint64_t size)
{
    if (offset > host->size || size > host->size - offset)
        refuse_host("it is cut short");
    return (struct reader){ host->file + offset, host->file + offset + size };
}

static Elf64_Ehdr
read_header(const struct host *host)
{
    struct reader reader = part_of(host, 0, sizeof(Elf64_Ehdr));
    Elf64_Ehdr header;

    memcpy(&header, take(&reader, sizeof(header)), sizeof(header));
    if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64
        || header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_EXEC)
        refuse_host("it is no ELF file of 64 bits, linked to an address");
    if (header.e_phentsize != sizeof(Elf64_Phdr) || header.e_phoff % sizeof(uint64_t)
        || (header.e_shnum && header.e_shentsize != sizeof(Elf64_Shdr)))
        refuse_host("its headers are not as ELF has them");
    return header;
}

static Elf64_Shdr
read_section(const struct host *host, const Elf64_Ehdr *header, unsigned index)
{
    struct reader reader = part_of(host, header->e_shoff + (uint64_t)index * sizeof(Elf64_Shdr), sizeof(Elf64_Shdr));
    Elf64_Shdr section;

    memcpy(&section, take(&reader, sizeof(section)), sizeof(section));
    return section;
}

/* Finds a section by its name, of 7 letters. Returns false if there is none. */
static bool
find_section(const struct host *host, const Elf64_Ehdr *header, const char name[8], Elf64_Shdr *section)
{
    const Elf64_Shdr names = read_section(host, header, header->e_shstrndx);

    for (unsigned i = 0; i < header->e_shnum; i++) {
        *section = read_section(host, header, i);
        struct reader reader = part_of(host, names.sh_offset + section->sh_name, 8);
        if (!memcmp(take(&reader, 8), name, 8))
            return true;
    }
    return false;
}

static struct reader
find_layout(const struct host *host, const Elf64_Ehdr *header)
{
    Elf64_Shdr section;

    if (!find_section(host, header, ".layout", &section))
        refuse_host("it has no section .layout: a host is what `make host` builds");
    return part_of(host, section.sh_offset, section.sh_size);
}

/* It is in a segment that is loaded. */
static void
find_policy(struct host *host, const Elf64_Ehdr *header)
{
    Elf64_Shdr section;

    if (!find_section(host, header, ".policy", &section))
        return;
    if (section.sh_size < POLICY_SIZE || section.sh_offset > host->loaded_size
        || section.sh_size > host->loaded_size - section.sh_offset)
        refuse_host("its section .policy is too short");
    host->policy_offset = section.sh_offset;
}

/* What is loaded of a file has a place in it, and in memory. */
static void
read_segment(struct host *host, const Elf64_Phdr *segment)
{
    (void)part_of(host, segment->p_offset, segment->p_filesz);
    if (segment->p_vaddr > ADDRESS_MAX || segment->p_memsz > ADDRESS_MAX - segment->p_vaddr
        || segment->p_filesz > segment->p_memsz || segment->p_align > PAGE_MAX)
        refuse_host("it has a segment that can't be loaded");
    if (segment->p_offset + segment->p_filesz > host->loaded_size)
        host->loaded_size = segment->p_offset + segment->p_filesz;
    if (segment->p_vaddr + segment->p_memsz > host->end)
        host->end = segment->p_vaddr + segment->p_memsz;
    if (segment->p_align > host->alignment)
        host->alignment = segment->p_align;
}

/* Looks for the build id in a segment of notes. */
static void
read_notes(struct host *host, const Elf64_Phdr *segment)
{
    static const char wanted[] = "\4\0\0\0\24\0\0\0\3\0\0\0GNU"; /* sizes of name and id, NT_GNU_BUILD_ID, name */
    struct reader notes = part_of(host, segment->p_offset, segment->p_filesz);

    while ((size_t)(notes.end - notes.at) >= sizeof(wanted) + BUILD_ID_SIZE) {
        if (!memcmp(notes.at, wanted, sizeof(wanted))) {
            host->build_id = (uint64_t)(notes.at - host->file) + sizeof(wanted);
            return;
        }
        const uint64_t name = take_number(&notes, 4), description = take_number(&notes, 4),
                       type = take_number(&notes, 4);
        const uint64_t size = (name + 3) / 4 * 4 + (description + 3) / 4 * 4;
        (void)type;
        if (size > (uint64_t)(notes.end - notes.at))
            return;
        notes.at += size;
    }
}

static void
read_segments(struct host *host, const Elf64_Ehdr *header)
{
    const uint64_t size = (uint64_t)header->e_phnum * sizeof(Elf64_Phdr);
    struct reader reader = part_of(host, header->e_phoff, size);

    for (unsigned i = 0; i < header->e_phnum; i++) {
        Elf64_Phdr segment;
        memcpy(&segment, take(&reader, sizeof(segment)), sizeof(segment));
        if (segment.p_type == PT_LOAD)
            read_segment(host, &segment);
        if (segment.p_type == PT_NOTE)
            read_notes(host, &segment);
    }
    if (!host->alignment || header->e_phoff + size > host->loaded_size)
        refuse_host("its program headers are not loaded");
    if (host->build_id > host->loaded_size - BUILD_ID_SIZE)
        host->build_id = 0;
}

static void
read_places(struct host *host, struct reader *layout)
{
    for (unsigned i = 0; i < PLACES; i++) {
        host->places[i].offset = (uint32_t)take_number(layout, 4);
        host->places[i].size = (uint32_t)take_number(layout, 4);
    }
}

static void
read_opcodes(struct host *host, struct reader *layout)
{
    uint64_t opcode = take_number(layout, 2);

    memset(host->has_opcode, opcode == 0xffff, sizeof(host->has_opcode));
    for (; opcode != 0xffff; opcode = take_number(layout, 2))
        host->has_opcode[opcode & 0xff] = true;
}

static void
read_imports(struct host *host, struct reader *layout)
{
    static struct import list[IMPORTS_MAX];
    size_t count = 0;

    for (; layout->at < layout->end && count < IMPORTS_MAX; count++) {
        list[count].address = take_number(layout, 8);
        list[count].module = take_string(layout);
        list[count].name = take_string(layout);
        list[count].signature = take_string(layout);
    }
    host->imports = (struct imports){ list, count };
}

void
host_read(struct host *host, const uint8_t *file, size_t size)
{
    *host = (struct host){ .file = file, .size = size };
    const Elf64_Ehdr header = read_header(host);
    struct reader layout = find_layout(host, &header);

    if (memcmp(take(&layout, strlen(ENGINE_ID)), ENGINE_ID, strlen(ENGINE_ID)))
        refuse_host("it has another engine than this packer");
    host->packed = take_number(&layout, 8);
    host->entry = take_string(&layout);
    read_places(host, &layout);
    read_opcodes(host, &layout);
    read_imports(host, &layout);
    read_segments(host, &header);
    find_policy(host, &header);
}
