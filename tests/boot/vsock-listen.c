/*
 * Waits for a connection to a port of vsock(7), and prints what comes as `report vsock` does; a TERM meanwhile does not end it.
 * usage: vsock-listen PORT
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef AF_VSOCK
#define AF_VSOCK 40
#endif
#define VMADDR_CID_ANY UINT32_MAX

/* linux/vm_sockets.h, which musl's compiler does not find */
struct address {
    uint16_t family, reserved;
    uint32_t port, cid;
    uint8_t flags, zero[3];
};

int
main(int argc, char **argv)
{
    const struct address address = { .family = AF_VSOCK,
                                     .port = (uint32_t)atoi(argv[argc - 1]),
                                     .cid = VMADDR_CID_ANY };
    char text[256];
    int fd = socket(AF_VSOCK, SOCK_STREAM, 0);

    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) || listen(fd, 1)) {
        perror("vsock-listen");
        return 1;
    }
    (void)!signal(SIGTERM, SIG_IGN);
    int peer = accept(fd, NULL, NULL);
    for (ssize_t size; (size = read(peer, text, sizeof(text))) > 0;)
        printf("vsock: %.*s", (int)size, text);
    return 0;
}
