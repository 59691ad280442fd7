package io.github.dirtyrange.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.PageSharing;
import io.github.dirtyrange.kernel.PageSharing.Place;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pagemap and maps tell of the memory that two processes share, both standing still. */
class PageSharingOnLinuxTest {

  private static final long BASE = 0x10_0000_0000L;
  private static final long PAGE = Pages.vpn(BASE);
  private static final int MMAP = 9;
  private static final int PROT_READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS_FIXED = 0x32;
  private static final int SHARED_ANONYMOUS_FIXED = 0x31;

  @BeforeEach
  void needsAnAgentAndFrameNumbers() {
    Optional<String> reason = AgentProcess.unsupported();
    assumeTrue(reason.isEmpty(), reason::toString);
    OnLinux.need(Capability.FRAME_NUMBERS);
  }

  @Test
  void forkSharesUntilOneSideWrites() {
    try (AgentProcess agent = AgentProcess.start(1)) {
      map(agent.root(), 3, PRIVATE_ANONYMOUS_FIXED);
      store(agent.root(), 0);
      store(agent.root(), 1);
      AgentChannel child = agent.fork(agent.root(), 0);
      store(child, 1);

      assertThat(shared(agent.root(), child)).containsExactly(both(agent.root(), child, 0));
    }
  }

  @Test
  void sharedMemoryIsTheSameEvenWhereOneHasNotTouchedIt() {
    try (AgentProcess agent = AgentProcess.start(1)) {
      map(agent.root(), 2, SHARED_ANONYMOUS_FIXED);
      AgentChannel child = agent.fork(agent.root(), 0);
      store(child, 1);

      assertThat(shared(agent.root(), child))
          .containsExactly(both(agent.root(), child, 0), both(agent.root(), child, 1));
    }
  }

  /** The zero page is nobody's memory; a kernel that maps none gives the reader its own page. */
  @Test
  void untouchedPagesShareNothing() {
    try (AgentProcess agent = AgentProcess.start(1)) {
      map(agent.root(), 2, PRIVATE_ANONYMOUS_FIXED);
      agent.root().postLoad(BASE);
      agent.root().take();
      boolean isOwn = isOwn(agent.root().pid());
      AgentChannel child = agent.fork(agent.root(), 0);

      assertThat(shared(agent.root(), child))
          .isEqualTo(isOwn ? List.of(both(agent.root(), child, 0)) : List.of());
    }
  }

  private static boolean isOwn(int pid) {
    long[] entry = new long[1];
    try (TrackedProcess process = LinuxKernel.open().open(pid)) {
      process.readPagemap(PAGE, 1, entry);
    }
    return (entry[0] & PagemapEntry.EXCLUSIVE) != 0;
  }

  private static void map(AgentChannel process, int pages, int flags) {
    long length = Pages.address(pages);
    assertThat(process.systemCall(MMAP, BASE, length, PROT_READ_WRITE, flags, -1, 0))
        .isEqualTo(BASE);
  }

  private static void store(AgentChannel process, int page) {
    process.postStore(BASE + Pages.address(page), 1);
    assertThat(process.take().signal()).isZero();
  }

  private static PageSharing both(AgentChannel parent, AgentChannel child, int page) {
    return new PageSharing(
        List.of(new Place(parent.pid(), PAGE + page), new Place(child.pid(), PAGE + page)));
  }

  /** Of the mapping that the test made; the agents share their code as well. */
  private static List<PageSharing> shared(AgentChannel parent, AgentChannel child) {
    LinuxKernel kernel = LinuxKernel.open();
    try (TrackedProcess one = kernel.open(parent.pid());
        TrackedProcess other = kernel.open(child.pid())) {
      return PageSharing.among(List.of(one, other)).stream()
          .filter(memory -> memory.places().get(0).vpn() >= PAGE)
          .filter(memory -> memory.places().get(0).vpn() < PAGE + Pages.PER_TABLE)
          .toList();
    }
  }
}
