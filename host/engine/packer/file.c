/* Writes /init: the host's file, with the blob of the module as one more segment. */
#include "file.h"

#include <string.h>

#include "elf64.h"
#include "refuse.h"

#define BLOB_ALIGNMENT 64  /* bytes */
#define FAULT_AROUND 65536 /* bytes of a file, that the kernel maps at one fault */

static uint64_t
align(uint64_t value, uint64_t alignment)
{
    return (value + alignment - 1) / alignment * alignment;
}

/* In memory it begins where the kernel maps most of it at once, as far into a page as in the file, which has no gap. */
uint64_t
segment_address(const struct host *host)
{
    const uint64_t page = host->alignment > FAULT_AROUND ? host->alignment : FAULT_AROUND;

    return align(host->end, page) + align(host->loaded_size, BLOB_ALIGNMENT) % host->alignment;
}

static Elf64_Phdr *
segments_of(const struct blob *file, const Elf64_Ehdr *header)
{
    return (Elf64_Phdr *)(file->bytes + header->e_phoff);
}

/* In the place of one that is spare, or a note's (see layout.c), but behind all that are loaded, by addresses. */
static void
add_header(Elf64_Phdr *segments, unsigned count, const Elf64_Phdr *added)
{
    unsigned spare = 0, last = 0;

    while (spare < count && segments[spare].p_type != PT_NULL && segments[spare].p_type != PT_NOTE)
        spare++;
    if (spare == count)
        refuse_host("it has no program header to spare, or for a note, in the place of which the module's goes");
    memmove(segments + spare, segments + spare + 1, (count - spare - 1) * sizeof(*segments));
    for (unsigned i = 0; i < count - 1; i++)
        if (segments[i].p_type == PT_LOAD)
            last = i;
    memmove(segments + last + 2, segments + last + 1, (count - last - 2) * sizeof(*segments));
    segments[last + 1] = *added;
}

/* Where in the file an address is, of `size` bytes. */
static uint64_t
offset_of(const Elf64_Phdr *segments, unsigned count, uint64_t address, uint64_t size)
{
    for (unsigned i = 0; i < count; i++) {
        const Elf64_Phdr *segment = &segments[i];
        if (segment->p_type == PT_LOAD && address >= segment->p_vaddr && size <= segment->p_filesz
            && address - segment->p_vaddr <= segment->p_filesz - size)
            return segment->p_offset + (address - segment->p_vaddr);
    }
    refuse_host("its `packed` is not in the file");
}

void
write_file(struct blob *file, const struct host *host, const struct blob *blob)
{
    Elf64_Ehdr header;

    memcpy(&header, host->file, sizeof(header));
    blob_add(file, host->file, host->loaded_size, 1);
    const size_t offset = blob_add(file, blob->bytes, blob->size, BLOB_ALIGNMENT);
    const Elf64_Phdr added = { .p_type = PT_LOAD,
                               .p_flags = PF_R,
                               .p_offset = offset,
                               .p_vaddr = blob->address,
                               .p_paddr = blob->address,
                               .p_filesz = blob->size,
                               .p_memsz = blob->size,
                               .p_align = host->alignment };
    Elf64_Phdr *segments = segments_of(file, &header);

    memcpy(file->bytes + offset_of(segments, header.e_phnum, host->packed, sizeof(uint64_t)), &blob->address,
           sizeof(uint64_t));
    add_header(segments, header.e_phnum, &added);
    header.e_shoff = 0;
    header.e_shnum = header.e_shentsize = header.e_shstrndx = 0;
    memcpy(file->bytes, &header, sizeof(header));
}
