/* Records what a process does to the files of one folder, and what it says on its sockets, in one
 * order; and fails the N-th call when told to. Loaded with LD_PRELOAD by disk-shim.ts.
 *
 *   CHAOS_FOLDER    the data folder; only fynlo.db, its -wal and its -journal are looked at
 *   CHAOS_LOG       where to record; nothing is recorded without it
 *   CHAOS_FAIL_AT   which call fails, counted from 1 over write, truncate, sync
 *   CHAOS_FAIL_OF   counts calls of this kind only
 *   CHAOS_FAIL_ERRNO  with what, as a number
 *
 * Why the order is certain: SQLite and the sockets are used by the same thread. A sync is recorded
 * after it has returned, what goes out on a socket before it is handed to the kernel, and both in
 * one file that is only appended to. So when an answer stands before a sync in the record, the hub
 * has said something that sync did not yet make safe. The record is never kinder than the truth.
 *
 * The shared-memory file (-shm) is mapped, not written, and SQLite makes it anew after a crash. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATED = 1, WROTE, TRUNCATED, SYNCED, DIR_SYNCED, UNLINKED, SAYS, SAID, FAILED };
enum { NOTHING = 0, DATABASE, WAL, JOURNAL, FOLDER, FILES };

struct record {
  uint8_t kind;
  uint8_t file;
  uint16_t port;
  uint32_t length;
  uint64_t at;
};

static const char *names[FILES] = {"", "fynlo.db", "fynlo.db-wal", "fynlo.db-journal", ""};
static const int fds_max = 4096;
static uint8_t file_of[4096];
static int log_fd = -1;
static const char *folder;
static size_t folder_length;
static long fail_at;
static const char *fail_of;
static int fail_errno;
static long calls;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int (*real_open)(const char *, int, ...);
static int (*real_openat)(int, const char *, int, ...);
static int (*real_close)(int);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_ftruncate)(int, off_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
  real_open = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
  real_openat = (int (*)(int, const char *, int, ...))dlsym(RTLD_NEXT, "openat64");
  real_close = (int (*)(int))dlsym(RTLD_NEXT, "close");
  real_write = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  real_writev = (ssize_t (*)(int, const struct iovec *, int))dlsym(RTLD_NEXT, "writev");
  real_pwrite = (ssize_t (*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite64");
  real_ftruncate = (int (*)(int, off_t))dlsym(RTLD_NEXT, "ftruncate64");
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  real_unlink = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
  folder = getenv("CHAOS_FOLDER");
  if (folder) folder_length = strlen(folder);
  const char *path = getenv("CHAOS_LOG");
  if (path) log_fd = real_open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const char *at = getenv("CHAOS_FAIL_AT");
  if (at) fail_at = atol(at);
  fail_of = getenv("CHAOS_FAIL_OF");
  const char *with = getenv("CHAOS_FAIL_ERRNO");
  fail_errno = with ? atoi(with) : EIO;
  /* A test that is killed leaves no hub behind. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static void note(int kind, int file, int port, uint64_t at, const struct iovec *parts, int count,
                 size_t length) {
  if (log_fd < 0) return;
  struct record head = {(uint8_t)kind, (uint8_t)file, (uint16_t)port, (uint32_t)length, at};
  pthread_mutex_lock(&turn);
  syscall(SYS_write, log_fd, &head, sizeof head);
  for (int i = 0; i < count && length > 0; i++) {
    size_t n = parts[i].iov_len < length ? parts[i].iov_len : length;
    syscall(SYS_write, log_fd, parts[i].iov_base, n);
    length -= n;
  }
  pthread_mutex_unlock(&turn);
}

static void note_bytes(int kind, int file, uint64_t at, const void *bytes, size_t length) {
  struct iovec part = {(void *)bytes, length};
  note(kind, file, 0, at, &part, 1, length);
}

/* Which of the folder's files a path names. */
static int which(const char *path) {
  if (!folder || strncmp(path, folder, folder_length) != 0) return NOTHING;
  const char *rest = path + folder_length;
  if (*rest == 0 || strcmp(rest, "/") == 0) return FOLDER;
  for (int i = DATABASE; i <= JOURNAL; i++)
    if (*rest == '/' && strcmp(rest + 1, names[i]) == 0) return i;
  return NOTHING;
}

static int file_at(int fd) { return fd >= 0 && fd < fds_max ? file_of[fd] : NOTHING; }

/* Whether this call is the one that fails. */
static int is_due(int file, const char *what) {
  if (fail_of && strcmp(fail_of, what) != 0) return 0;
  if (__sync_add_and_fetch(&calls, 1) != fail_at) return 0;
  note_bytes(FAILED, file, (uint64_t)fail_at, what, strlen(what));
  return 1;
}

static int fail(void) {
  errno = fail_errno;
  return -1;
}

static int opened(int fd, const char *path, int flags, int existed) {
  int file = which(path);
  if (fd >= 0 && fd < fds_max) file_of[fd] = (uint8_t)file;
  if (fd >= 0 && file && file != FOLDER && (flags & O_CREAT) && !existed)
    note(CREATED, file, 0, 0, NULL, 0, 0);
  return fd;
}

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  int existed = which(path) && access(path, F_OK) == 0;
  return opened(real_open(path, flags, mode), path, flags, existed);
}

int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return open64(path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  int existed = which(path) && access(path, F_OK) == 0;
  return opened(real_openat(dir, path, flags, mode), path, flags, existed);
}

int openat(int dir, const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = va_arg(rest, mode_t);
  va_end(rest);
  return openat64(dir, path, flags, mode);
}

int close(int fd) {
  if (fd >= 0 && fd < fds_max) file_of[fd] = NOTHING;
  return real_close(fd);
}

/* A write that fails may have written a part: half of it, here. */
static ssize_t write_at(int fd, int file, const void *bytes, size_t length, off_t at) {
  if (is_due(file, "write")) {
    ssize_t half = fail_errno == EIO ? real_pwrite(fd, bytes, length / 2, at) : 0;
    if (half > 0) note_bytes(WROTE, file, (uint64_t)at, bytes, (size_t)half);
    return fail();
  }
  ssize_t done = real_pwrite(fd, bytes, length, at);
  if (done > 0) note_bytes(WROTE, file, (uint64_t)at, bytes, (size_t)done);
  return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
  int file = file_at(fd);
  return file ? write_at(fd, file, bytes, length, at) : real_pwrite(fd, bytes, length, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return pwrite64(fd, bytes, length, at);
}

/* The other end's port, for a socket of this machine; 0 for anything else. */
static int port_of(int fd) {
  struct sockaddr_storage other;
  socklen_t size = sizeof other;
  int before = errno;
  int found = getpeername(fd, (struct sockaddr *)&other, &size);
  errno = before;
  if (found != 0) return 0;
  if (other.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&other)->sin_port);
  if (other.ss_family == AF_INET6) return ntohs(((struct sockaddr_in6 *)&other)->sin6_port);
  return 0;
}

static ssize_t said(int port, ssize_t done) {
  if (port) note(SAID, 0, port, done > 0 ? (uint64_t)done : 0, NULL, 0, 0);
  return done;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  int file = file_at(fd);
  if (file) {
    off_t at = lseek(fd, 0, SEEK_CUR);
    ssize_t done = write_at(fd, file, bytes, length, at);
    if (done > 0) lseek(fd, at + done, SEEK_SET);
    return done;
  }
  int port = log_fd >= 0 ? port_of(fd) : 0;
  struct iovec part = {(void *)bytes, length};
  if (port) note(SAYS, 0, port, 0, &part, 1, length);
  return said(port, real_write(fd, bytes, length));
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  int port = log_fd >= 0 ? port_of(fd) : 0;
  if (port) {
    size_t length = 0;
    for (int i = 0; i < count; i++) length += parts[i].iov_len;
    note(SAYS, 0, port, 0, parts, count, length);
  }
  return said(port, real_writev(fd, parts, count));
}

int ftruncate64(int fd, off_t size) {
  int file = file_at(fd);
  if (!file) return real_ftruncate(fd, size);
  if (is_due(file, "truncate")) return fail();
  int done = real_ftruncate(fd, size);
  if (done == 0) note(TRUNCATED, file, 0, (uint64_t)size, NULL, 0, 0);
  return done;
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int sync_with(int (*real)(int), int fd) {
  int file = file_at(fd);
  if (!file) return real(fd);
  if (is_due(file, "sync")) return fail();
  int done = real(fd);
  if (done == 0) note(file == FOLDER ? DIR_SYNCED : SYNCED, file, 0, 0, NULL, 0, 0);
  return done;
}
int fsync(int fd) { return sync_with(real_fsync, fd); }
int fdatasync(int fd) { return sync_with(real_fdatasync, fd); }

int unlink(const char *path) {
  int file = which(path);
  int done = real_unlink(path);
  if (done == 0 && file) note(UNLINKED, file, 0, 0, NULL, 0, 0);
  return done;
}
