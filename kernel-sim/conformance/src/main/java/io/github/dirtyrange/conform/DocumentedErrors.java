package io.github.dirtyrange.conform;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableListMultimap;
import java.util.List;
import java.util.Set;

/**
 * The errors and signals that the manual pages (and the kernel's documentation of userfaultfd and
 * PAGEMAP_SCAN) name for each operation: those that programs provoke, and the others with the
 * reason why they do not.
 */
final class DocumentedErrors {

  /** Errors that no program of ours provokes. */
  record OutOfReach(String operations, String errors, String reason) {}

  private static final ImmutableListMultimap<String, String> PROVOKED =
      ImmutableListMultimap.<String, String>builder()
          .putAll("mmap", words("EBADF EEXIST EINVAL ENOMEM"))
          .putAll("mmap-shared", words("EBADF EEXIST EINVAL ENOMEM"))
          .putAll("mmap-memfd", words("EEXIST EINVAL ENOMEM EOPNOTSUPP"))
          .putAll("mmap-file", words("EBADF EEXIST EINVAL ENOMEM EOPNOTSUPP"))
          .putAll("mmap-read-only", words("EACCES EEXIST EINVAL ENOMEM EOPNOTSUPP"))
          .putAll("mmap-hugetlb", words("EBADF EEXIST EINVAL ENOMEM"))
          .putAll("mmap-hugetlb-shared", words("EBADF EEXIST EINVAL ENOMEM"))
          .putAll("mmap-stack", words("EEXIST EINVAL ENOMEM"))
          .putAll("munmap", words("EINVAL"))
          .putAll("mremap", words("EFAULT EINVAL ENOMEM"))
          .putAll("mprotect", words("EACCES EINVAL ENOMEM"))
          .putAll("mlock", words("EINVAL ENOMEM"))
          .putAll("munlock", words("EINVAL ENOMEM"))
          .putAll("brk", words("ENOMEM"))
          .putAll("madvise-dontneed", words("EINVAL ENOMEM"))
          .putAll("madvise-dontneed-locked", words("EINVAL ENOMEM"))
          .putAll("madvise-free", words("EINVAL ENOMEM"))
          .putAll("madvise-populate-read", words("EFAULT EINVAL ENOMEM"))
          .putAll("madvise-populate-write", words("EFAULT EINVAL ENOMEM"))
          .putAll("madvise-guard-install", words("EINVAL ENOMEM"))
          .putAll("madvise-guard-remove", words("EINVAL ENOMEM"))
          .putAll("madvise-dontfork", words("EINVAL ENOMEM"))
          .putAll("madvise-dofork", words("EINVAL ENOMEM"))
          .putAll("madvise-wipeonfork", words("EINVAL ENOMEM"))
          .putAll("madvise-keeponfork", words("EINVAL ENOMEM"))
          .putAll("madvise-hugepage", words("EINVAL ENOMEM"))
          .putAll("madvise-nohugepage", words("EINVAL ENOMEM"))
          .putAll("madvise-collapse", words("EBUSY EINVAL ENOMEM"))
          .putAll("madvise-remove", words("EACCES EINVAL ENOMEM"))
          .putAll("load", words("SIGBUS SIGSEGV"))
          .putAll("store", words("SIGBUS SIGSEGV"))
          .putAll("stack-store", words("SIGSEGV"))
          .putAll("mem-write", words("EIO"))
          .putAll("kernel-write", words("EFAULT"))
          .putAll("foreign-write", words("EFAULT EINVAL"))
          .putAll("file-write", words("EBADF EINVAL"))
          .putAll("file-truncate", words("EINVAL"))
          .putAll("file-punch", words("EBADF EINVAL"))
          .putAll("clear-refs", words("EINVAL"))
          .putAll("scan", words("EFAULT EINVAL EPERM"))
          .putAll("uffd-open", words("EINVAL"))
          .putAll("uffd-register", words("EINVAL EPERM"))
          .putAll("uffd-unregister", words("EINVAL"))
          .putAll("uffd-write-protect", words("EINVAL ENOENT"))
          .build();

  private static final List<OutOfReach> OUT_OF_REACH =
      List.of(
          new OutOfReach(
              "mmap*, mremap, mlock", "EAGAIN EPERM", "limits of locked memory do not bind root"),
          new OutOfReach(
              "mmap-hugetlb-shared", "EOPNOTSUPP", "comes seldom: mostly EEXIST is found first"),
          new OutOfReach(
              "mmap*", "ENFILE ENODEV ETXTBSY EOVERFLOW", "need other files, or 32-bit offsets"),
          new OutOfReach("fork, munmap, madvise*", "EAGAIN ENOMEM EIO", "the machine has enough"),
          new OutOfReach("madvise-populate-*", "EHWPOISON", "needs broken memory"),
          new OutOfReach("madvise-collapse", "EAGAIN", "needs pages that others hold"),
          new OutOfReach(
              "foreign-write, uffd-*, scan", "ESRCH", "a process that has gone makes no calls"),
          new OutOfReach("file-*", "EFBIG ENOSPC EIO EINTR", "need files larger than the disk"),
          new OutOfReach(
              "scan, uffd-*", "ENOMEM EINTR", "need a kernel without memory, or a fatal signal"),
          new OutOfReach("uffd-register", "EBUSY", "a process has one userfaultfd at a time"),
          new OutOfReach("uffd-write-protect", "EAGAIN", "nobody calls while a message is unread"));

  private DocumentedErrors() {}

  /** {@return the errors and signals of an operation that programs provoke} */
  static List<String> provoked(String operation) {
    return PROVOKED.get(operation);
  }

  /** {@return the operations that have any} */
  static Set<String> operations() {
    return PROVOKED.keySet();
  }

  /** {@return the errors that programs do not provoke} */
  static List<OutOfReach> outOfReach() {
    return OUT_OF_REACH;
  }

  private static List<String> words(String text) {
    return Splitter.on(' ').splitToList(text);
  }
}
