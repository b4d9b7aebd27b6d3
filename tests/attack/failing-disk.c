/* A failing layer over the file system, loaded before a program (LD_PRELOAD): every so-many-th write to a file below
 * ATTACK_FOLDER, and every so-many-th fsync, fails with EIO. Counts per process, so that the same program fails in the same places. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int fails(int fd) {
  static unsigned long count = 0;
  const char *folder = getenv("ATTACK_FOLDER"), *every = getenv("ATTACK_EVERY");
  char link[64], path[4096];
  if (!folder || !every) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length <= 0) return 0;
  path[length] = 0;
  if (strncmp(path, folder, strlen(folder)) != 0) return 0;
  return __sync_add_and_fetch(&count, 1) % strtoul(every, 0, 10) == 0;
}

#define REAL(type, name, ...) \
  static type (*real)(__VA_ARGS__); \
  if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

ssize_t write(int fd, const void *bytes, size_t count) {
  REAL(ssize_t, "write", int, const void *, size_t);
  if (fails(fd)) { errno = EIO; return -1; }
  return real(fd, bytes, count);
}
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off64_t);
  if (fails(fd)) { errno = EIO; return -1; }
  return real(fd, bytes, count, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }
int fsync(int fd) {
  REAL(int, "fsync", int);
  if (fails(fd)) { errno = EIO; return -1; }
  return real(fd);
}
int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  if (fails(fd)) { errno = EIO; return -1; }
  return real(fd);
}
