package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.mm.UserfaultEvent;
import io.github.dirtyrange.kernel.sim.mm.UserfaultReader;
import io.github.dirtyrange.kernel.sim.track.UserfaultfdCalls;
import java.util.List;

/** Reads a simulated userfaultfd: notes every message, and unprotects a page that was stored to. */
final class SimUserfaultReader implements UserfaultReader {

  private static final long UNPROTECT = 0;

  private final UserfaultfdCalls userfaultfd;
  private final List<String> messages;

  SimUserfaultReader(UserfaultfdCalls userfaultfd, List<String> messages) {
    this.userfaultfd = userfaultfd;
    this.messages = messages;
  }

  @Override
  public void fault(long vpn, boolean write, boolean protectedPage) {
    long flags = (write ? UserfaultText.WRITE : 0) | (protectedPage ? UserfaultText.PROTECTED : 0);
    messages.add(UserfaultText.fault(Pages.address(vpn), flags));
    try {
      userfaultfd.writeProtect(Pages.address(vpn), Pages.SIZE, UNPROTECT);
    } catch (KernelException e) {
      userfaultfd.writeProtect(Pages.address(vpn), Pages.address(Pages.PER_TABLE), UNPROTECT);
    }
  }

  @Override
  public void event(UserfaultEvent event) {
    long start = Pages.address(event.startVpn());
    long end = Pages.address(event.endVpn());
    messages.add(
        switch (event.kind()) {
          case FORK -> UserfaultText.fork();
          case REMAP -> UserfaultText.remap(start, Pages.address(event.targetVpn()), end - start);
          case REMOVE -> UserfaultText.remove(start, end);
          case UNMAP -> UserfaultText.unmap(start, end);
        });
  }
}
