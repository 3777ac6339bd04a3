/* A disk that is full or read-only, and a clock that is wrong, for one process.
 *
 * Loaded with LD_PRELOAD. FAULTY_CONTROL names a file of 12 bytes, mapped and read at every call:
 * seconds that the clock is ahead (int64), and what is wrong with the disk (int32; 1: full, 2: read
 * only). FAULTY_DISK is the folder whose files are on that disk. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct __attribute__((packed)) control {
  int64_t ahead;
  int32_t disk;
};
static const struct control well = {0, 0};
static const volatile struct control *control = &well;
static const char *disk = "";

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAULTY_CONTROL"), *folder = getenv("FAULTY_DISK");
  if (!path || !folder) return;
  disk = strdup(folder);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  void *map = mmap(NULL, sizeof(struct control), PROT_READ, MAP_SHARED, file, 0);
  if (map != MAP_FAILED) control = map;
  close(file);
}

#define REAL(name, type, ...) ((type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

/* Whether a path is on the disk that fails, and errno is set to what it answers. */
static int refuses_path(const char *path) {
  if (!control->disk || strncmp(path, disk, strlen(disk))) return 0;
  errno = control->disk == 1 ? ENOSPC : EROFS;
  return 1;
}

static int refuses_file(int file) {
  char link[64], path[4096];
  if (!control->disk) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return refuses_path(path);
}

/* A full disk refuses new files, a read-only one every file that is opened for writing. */
static int refuses_open(const char *path, int flags) {
  if (control->disk == 1 && (!(flags & O_CREAT) || access(path, F_OK) == 0)) return 0;
  if (!(flags & (O_CREAT | O_WRONLY | O_RDWR | O_TRUNC))) return 0;
  return refuses_path(path);
}

#define OPEN(name)                                              \
  int name(const char *path, int flags, ...) {                  \
    va_list rest;                                               \
    va_start(rest, flags);                                      \
    mode_t mode = va_arg(rest, mode_t);                         \
    va_end(rest);                                               \
    if (refuses_open(path, flags)) return -1;                   \
    return REAL(name, int, const char *, int, mode_t)(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                            \
  int name(int folder, const char *path, int flags, ...) {      \
    va_list rest;                                               \
    va_start(rest, flags);                                      \
    mode_t mode = va_arg(rest, mode_t);                         \
    va_end(rest);                                               \
    if (refuses_open(path, flags)) return -1;                   \
    return REAL(name, int, int, const char *, int, mode_t)(folder, path, flags, mode); \
  }
OPENAT(openat)
OPENAT(openat64)

ssize_t write(int file, const void *from, size_t size) {
  if (refuses_file(file)) return -1;
  return REAL(write, ssize_t, int, const void *, size_t)(file, from, size);
}

ssize_t writev(int file, const struct iovec *from, int count) {
  if (refuses_file(file)) return -1;
  return REAL(writev, ssize_t, int, const struct iovec *, int)(file, from, count);
}

#define PWRITE(name)                                                       \
  ssize_t name(int file, const void *from, size_t size, off_t where) {     \
    if (refuses_file(file)) return -1;                                     \
    return REAL(name, ssize_t, int, const void *, size_t, off_t)(file, from, size, where); \
  }
PWRITE(pwrite)
PWRITE(pwrite64)

int ftruncate(int file, off_t size) {
  if (control->disk == 2 && refuses_file(file)) return -1;
  return REAL(ftruncate, int, int, off_t)(file, size);
}

int mkdir(const char *path, mode_t mode) {
  if (refuses_path(path)) return -1;
  return REAL(mkdir, int, const char *, mode_t)(path, mode);
}

int rename(const char *from, const char *to) {
  if (control->disk == 2 && refuses_path(to)) return -1;
  return REAL(rename, int, const char *, const char *)(from, to);
}

int unlink(const char *path) {
  if (control->disk == 2 && refuses_path(path)) return -1;
  return REAL(unlink, int, const char *)(path);
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  int result = REAL(clock_gettime, int, clockid_t, struct timespec *)(clock, now);
  if (result == 0 && clock == CLOCK_REALTIME) now->tv_sec += control->ahead;
  return result;
}

int gettimeofday(struct timeval *now, void *zone) {
  int result = REAL(gettimeofday, int, struct timeval *, void *)(now, zone);
  if (result == 0) now->tv_sec += control->ahead;
  return result;
}

time_t time(time_t *now) {
  time_t found = REAL(time, time_t, time_t *)(NULL) + control->ahead;
  if (now) *now = found;
  return found;
}
