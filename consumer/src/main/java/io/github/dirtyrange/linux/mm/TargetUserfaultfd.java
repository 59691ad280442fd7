package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.OpenFiles;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The userfaultfd that a process has opened, taken from it by pidfd_getfd(2): both then hold the
 * same one, which works on the memory of the process that opened it.
 */
public final class TargetUserfaultfd {

  /** {@code userfaultfd_show_fdinfo}: version, features agreed on, features of the kernel. */
  private static final Pattern API = Pattern.compile("API:\\s+aa:(\\p{XDigit}+):\\p{XDigit}+");

  /** One that is of no use. */
  private static final long UNKNOWN = 1;

  private TargetUserfaultfd() {}

  /**
   * Takes one that is of WP_ASYNC, or on which nothing was agreed yet, and that works on the
   * process's own memory: a child has those of its parent too, which work on the parent's.
   *
   * @param isOwn whether one works on this memory; it must leave no trace if not
   * @return nothing if the process has none
   * @throws KernelException EPERM if it may not be taken
   */
  static Optional<Userfaultfd> take(MemoryIdentity identity, Predicate<Userfaultfd> isOwn) {
    for (Path fd : descriptors(identity)) {
      long features = features(identity, fd);
      boolean agreed = (features & Abi.UFFD_FEATURE_WP_ASYNC) != 0;
      if (agreed || features == 0) {
        int number = Integer.parseInt(fd.getFileName().toString());
        Optional<Userfaultfd> taken = take(identity, number, agreed);
        if (taken.isPresent() && isOwn(taken.get(), isOwn)) {
          return taken;
        }
      }
    }
    identity.requireSame();
    return Optional.empty();
  }

  /**
   * {@return the numbers of those on which nothing was agreed yet: of no use to the process so far}
   */
  public static Set<Integer> unused(MemoryIdentity identity) {
    return descriptors(identity).stream()
        .filter(fd -> features(identity, fd) == 0)
        .map(fd -> Integer.parseInt(fd.getFileName().toString()))
        .collect(Collectors.toSet());
  }

  /**
   * {@return whether arming would go by one of the process's own, as far as that can be told while
   * nothing is done to it} It would by one on which nothing was agreed yet, by one that a tracker
   * has left, and by one of WP_ASYNC where nothing in the process is registered. One that was
   * inherited, and works on a parent's memory, is not told apart.
   */
  public static boolean isOffered(MemoryIdentity identity) {
    for (Path fd : descriptors(identity)) {
      long features = features(identity, fd);
      if (features == 0) {
        return true;
      }
      if ((features & Abi.UFFD_FEATURE_WP_ASYNC) != 0) {
        return isLeft(identity, fd)
            || Smaps.withAnyFlag(identity.path("smaps"), Smaps.UFFD).isEmpty();
      }
    }
    return false;
  }

  private static boolean isLeft(MemoryIdentity identity, Path fd) {
    int number = Integer.parseInt(fd.getFileName().toString());
    return duplicate(identity, number).map(TargetUserfaultfd::isMarked).orElse(false);
  }

  private static boolean isMarked(Descriptor duplicate) {
    try (duplicate) {
      return Userfaultfd.isMarked(duplicate);
    }
  }

  private static boolean isOwn(Userfaultfd taken, Predicate<Userfaultfd> isOwn) {
    boolean own = false;
    try {
      own = isOwn.test(taken);
      return own;
    } finally {
      if (!own) {
        taken.close();
      }
    }
  }

  private static List<Path> descriptors(MemoryIdentity identity) {
    try (Stream<Path> all = Files.list(identity.path("fd"))) {
      return all.filter(OpenFiles::isUserfaultfd).toList();
    } catch (IOException | UncheckedIOException e) {
      identity.requireSame();
      throw new KernelException(
          Errno.EACCES, "listing the descriptors of process " + identity.pid());
    }
  }

  private static long features(MemoryIdentity identity, Path fd) {
    try {
      String info = Files.readString(identity.path("fdinfo").resolve(fd.getFileName()));
      Matcher api = API.matcher(info);
      return api.find() ? Long.parseUnsignedLong(api.group(1), 16) : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  /** {@return it, nothing if the process has closed it since it was listed} */
  private static Optional<Userfaultfd> take(MemoryIdentity identity, int fd, boolean agreed) {
    return duplicate(identity, fd).map(taken -> of(taken, agreed, identity));
  }

  private static Userfaultfd of(Descriptor taken, boolean agreed, MemoryIdentity identity) {
    try {
      identity.requireSame();
      return Userfaultfd.of(taken, agreed);
    } catch (KernelException e) {
      taken.close();
      throw e;
    }
  }

  /** {@return a descriptor of the process's, nothing if it has none of that number} */
  public static Optional<Descriptor> duplicate(MemoryIdentity identity, int fd) {
    int flags = identity.thread() == identity.pid() ? 0 : Abi.PIDFD_THREAD;
    long number = Sys.libc().syscall(Abi.SYS_PIDFD_OPEN, identity.thread(), flags);
    try (Descriptor process = Descriptor.of(number, "pidfd_open of process " + identity.pid())) {
      return Optional.of(
          Descriptor.of(
              Sys.libc().syscall(Abi.SYS_PIDFD_GETFD, process.number(), fd, 0),
              "pidfd_getfd from process " + identity.pid()));
    } catch (KernelException e) {
      if (e.errno() != Errno.EBADF) {
        throw e;
      }
      return Optional.empty(); // closed since it was listed
    }
  }
}
