/*
 * Puts a module into a host, which is /init then; or prints what the module uses of a host, for one that is
 * pruned: of all imports that there are, or of another host's; or where a host has the members of its structures, each by
 * its name in layout.h, its offset and its size, of a structure 0 and its size.
 * usage: pack [--stack=BYTES] HOST MODULE OUT
 *        pack --uses MODULE [HOST]
 *        pack --layout HOST
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "blob.h"
#include "check.h"
#include "file.h"
#include "host.h"
#include "imports/table.h"
#include "load.h"
#include "module.h"
#include "prune.h"
#include "refuse.h"
#include "sha256.h"

#define STACK_MIN 1024 /* bytes */

/* A file's bytes. */
static struct blob
read_file(const char *path)
{
    struct blob blob = { 0 };
    char piece[4096];
    size_t size;
    FILE *file = fopen(path, "rb");

    if (!file)
        fail(path, strerror(errno));
    while ((size = fread(piece, 1, sizeof(piece), file)) > 0)
        blob_add(&blob, piece, size, 1);
    if (ferror(file))
        fail(path, strerror(errno));
    fclose(file);
    return blob;
}

static void
save(const char *path, const struct blob *blob)
{
    FILE *file = fopen(path, "wb");

    if (!file || fwrite(blob->bytes, 1, blob->size, file) != blob->size || fclose(file))
        fail(path, strerror(errno));
#ifndef __wasi__ /* which has no modes */
    if (chmod(path, 0755))
        fail(path, strerror(errno));
#endif
}

/* Tells a host which module it has, if it wants to know: by the first bytes of its checksum, in hexadecimal. */
static void
tell_policy(struct blob *host_file, const struct host *host, const uint8_t checksum[SHA256_SIZE])
{
    char text[POLICY_SIZE + 1];

    if (!host->policy_offset)
        return;
    for (size_t i = 0; i < POLICY_SIZE / 2; i++)
        (void)!snprintf(text + 2 * i, 3, "%02x", checksum[i]);
    memcpy(host_file->bytes + host->policy_offset, text, POLICY_SIZE);
}

static int
pack(const char *host_path, const char *module_path, const char *out_path, uint32_t stack_size)
{
    struct blob blob = { 0 }, out = { 0 };
    struct blob host_file = read_file(host_path), bytes = read_file(module_path);
    uint8_t checksum[SHA256_SIZE];
    struct host host;

    sha256(bytes.bytes, bytes.size, checksum); /* before the loader writes into it */
    host_read(&host, host_file.bytes, host_file.size);
    start_loader(&host.imports);
    blob.address = segment_address(&host);
    pack_module(&blob, bytes.bytes, bytes.size, &host, stack_size);
    tell_policy(&host_file, &host, checksum);
    write_file(&out, &host, &blob);
    save(out_path, &out);
    return 0;
}

static int
uses(const char *module_path, const char *host_path)
{
#define IMPORT(module, name, signature) { #module, #name, signature, 1 },
    static const struct import list[] = { ALL_IMPORTS(IMPORT) };
    struct host host = { .entry = ENTRY, .imports = { list, sizeof(list) / sizeof(*list) } };
    struct blob bytes = read_file(module_path);

    if (host_path) {
        struct blob file = read_file(host_path);
        host_read(&host, file.bytes, file.size);
    }
    start_loader(&host.imports);
    WASMModule *module = load(bytes.bytes, bytes.size, &host.imports);
    check(module, host.entry);
    print_uses(module);
    return fflush(stdout) ? 1 : 0;
}

static int
print_layout(const char *host_path)
{
#define NAME(name, ...) #name,
    static const char *const names[] = { LAYOUT(NAME, NAME) };
    struct blob file = read_file(host_path);
    struct host host;

    host_read(&host, file.bytes, file.size);
    for (unsigned row = 0; row < PLACES; row++)
        printf("%s %u %u\n", names[row], (unsigned)host.places[row].offset, (unsigned)host.places[row].size);
    return fflush(stdout) ? 1 : 0;
}

static int
usage(void)
{
    fprintf(stderr, "usage: pack [--stack=BYTES] HOST MODULE OUT\n"
                    "       pack --uses MODULE [HOST]\n"
                    "       pack --layout HOST\n");
    return 2;
}

int
main(int argc, char **argv)
{
    static const char stack[] = "--stack=";
    unsigned long stack_size = STACK_SIZE;

    if ((argc == 3 || argc == 4) && !strcmp(argv[1], "--uses"))
        return uses(argv[2], argv[3]); /* which is NULL behind the last */
    if (argc == 3 && !strcmp(argv[1], "--layout"))
        return print_layout(argv[2]);
    if (argc > 1 && !strncmp(argv[1], stack, strlen(stack))) {
        stack_size = strtoul(argv[1] + strlen(stack), NULL, 10);
        argc--, argv++;
    }
    if (argc != 4 || argv[1][0] == '-')
        return usage();
    refuse_removes = argv[3];
    if (stack_size < STACK_MIN || stack_size > UINT32_MAX / 2 || stack_size % 8)
        fail("--stack", "it is to be at least 1024, a multiple of 8");
    return pack(argv[1], argv[2], argv[3], (uint32_t)stack_size);
}
