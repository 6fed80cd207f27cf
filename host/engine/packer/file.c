/* Writes /init: the host's file, with the blob of the module as one more segment. */
#include "file.h"

#include <string.h>

#include "elf64.h"
#include "refuse.h"
#include "sha256.h"

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

static bool
has_build_id(const Elf64_Phdr *segment, const struct host *host)
{
    return host->build_id >= segment->p_offset && host->build_id - segment->p_offset < segment->p_filesz;
}

/* One that is for nothing, or for a note (see layout.c): that of the build id only if there is no other. */
static unsigned
find_spare(const Elf64_Phdr *segments, unsigned count, const struct host *host)
{
    unsigned spare = count;

    for (unsigned i = 0; i < count; i++) {
        const Elf64_Phdr *segment = &segments[i];
        if (segment->p_type == PT_NULL || (segment->p_type == PT_NOTE && !has_build_id(segment, host)))
            return i;
        if (segment->p_type == PT_NOTE)
            spare = i;
    }
    if (spare == count)
        refuse_host("it has no program header to spare, or for a note, in the place of which the module's goes");
    return spare;
}

/* In the place of one that is spare, but behind all that are loaded, by addresses. */
static void
add_header(Elf64_Phdr *segments, unsigned count, const struct host *host, const Elf64_Phdr *added)
{
    const unsigned spare = find_spare(segments, count, host);
    unsigned last = 0;

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

/* It is a checksum of all of /init, in which it is zeros itself: of the same length as those of ld(1). */
static void
set_build_id(struct blob *file, uint64_t at)
{
    uint8_t checksum[SHA256_SIZE];

    memset(file->bytes + at, 0, BUILD_ID_SIZE);
    sha256(file->bytes, file->size, checksum);
    memcpy(file->bytes + at, checksum, BUILD_ID_SIZE);
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
    add_header(segments, header.e_phnum, host, &added);
    header.e_shoff = 0;
    header.e_shnum = header.e_shentsize = header.e_shstrndx = 0;
    memcpy(file->bytes, &header, sizeof(header));
    if (host->build_id)
        set_build_id(file, host->build_id);
}
