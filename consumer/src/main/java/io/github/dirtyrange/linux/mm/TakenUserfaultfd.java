package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.mm.UserfaultfdSource.Opened;
import java.util.Optional;

/**
 * The userfaultfd that a process's memory is armed with: its own, if it offers one with which
 * nothing is registered, or only what a tracker left behind; a new one, if not.
 *
 * @param userfaultfd the userfaultfd
 * @param own what the process has registered itself, with another one
 * @param stoppedNanos how long one of the process's threads was stopped for it
 * @param copies closes it in children that came to have it as well
 */
record TakenUserfaultfd(
    Userfaultfd userfaultfd, OwnRegistrations own, long stoppedNanos, Runnable copies) {

  static TakenUserfaultfd take(MemoryIdentity identity, ProcMaps maps, UserfaultfdSource source) {
    Optional<Userfaultfd> offered =
        TargetUserfaultfd.take(identity, new OwnMemory(identity, maps)::is);
    OwnRegistrations own = OwnRegistrations.NONE;
    if (offered.isPresent()) {
      own = registrations(identity, offered.get());
      if (own.isEmpty()) {
        return new TakenUserfaultfd(offered.get(), own, 0, () -> {});
      }
      offered.get().close();
    }
    Opened opened = source.open();
    return new TakenUserfaultfd(
        Userfaultfd.of(opened.descriptor(), false), own, opened.stoppedNanos(), opened.copies());
  }

  private static OwnRegistrations registrations(MemoryIdentity identity, Userfaultfd offered) {
    try {
      return OwnRegistrations.now(identity, offered);
    } catch (KernelException e) {
      offered.close();
      throw e;
    }
  }
}
