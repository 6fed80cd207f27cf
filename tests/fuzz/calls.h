/*
 * Included before anything else of the host's sources: the system calls that they make are those of kernel.c. What is
 * missing here is found by closed.sh, and the fuzzers are not built.
 */
#ifndef CALLS_H
#define CALLS_H

#define _Fork kernel_fork
#define _exit kernel_exit
#define access kernel_access
#define chdir kernel_chdir
#define chmod kernel_chmod
#define chroot kernel_chroot
#define clock_getres kernel_clock_getres
#define clock_gettime kernel_clock_gettime
#define clone kernel_clone
#define close kernel_close
#define dup2 kernel_dup2
#define dup3 kernel_dup3
#define environ kernel_environ
#define execve kernel_execve
#define fallocate kernel_fallocate
#define fcntl kernel_fcntl
#define fdatasync kernel_fdatasync
#define fstat kernel_fstat
#define fstatat kernel_fstatat
#define fsync kernel_fsync
#define ftruncate kernel_ftruncate
#define futimens kernel_futimens
#define getpid kernel_getpid
#define getrandom kernel_getrandom
#define kill kernel_kill
#define linkat kernel_linkat
#define lseek kernel_lseek
#define mkdir kernel_mkdir
#define mkdirat kernel_mkdirat
#define mount kernel_mount
#define nanosleep kernel_nanosleep
#define open kernel_open
#define openat kernel_openat
#define preadv kernel_preadv
#define pwrite kernel_pwrite
#define pwritev kernel_pwritev
#define read kernel_read
#define readlink kernel_readlink
#define readlinkat kernel_readlinkat
#define readv kernel_readv
#define reboot kernel_reboot
#define renameat kernel_renameat
#define rmdir kernel_rmdir
#define sched_yield kernel_sched_yield
#define setitimer kernel_setitimer
#define setsid kernel_setsid
#define symlink kernel_symlink
#define symlinkat kernel_symlinkat
#define sync kernel_sync
#define syscall kernel_syscall
#define umount2 kernel_umount2
#define unlink kernel_unlink
#define unlinkat kernel_unlinkat
#define utimensat kernel_utimensat
#define waitpid kernel_waitpid
#define write kernel_write
#define writev kernel_writev

#include <setjmp.h>
#include <unistd.h>

/* It returns twice, and so can't be a function: the child ends with a jump to where its parent waits. */
extern jmp_buf kernel_parent;
pid_t kernel_vfork(void);
pid_t kernel_child(void);
#define vfork() (setjmp(kernel_parent) ? kernel_child() : kernel_vfork())

#endif
