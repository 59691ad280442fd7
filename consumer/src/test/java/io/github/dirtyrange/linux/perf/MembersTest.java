package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose samples are of one memory. The numbers are of no process, beyond what a kernel gives. */
class MembersTest {

  private static final int CHILD = 1 << 29;
  private static final int GRANDCHILD = CHILD + 1;
  private static final int STRANGER = CHILD + 2;

  @TempDir static Path folder;

  private final int pid = (int) ProcessHandle.current().pid();
  private final Members members = new Members(pid, new Member(), () -> pid);

  @BeforeAll
  static void needsLinux() {
    OnLinux.need();
  }

  private boolean has(int process) {
    return members.of(process, System.nanoTime()) != null;
  }

  @Test
  void theProcessItselfIsAndAStrangerIsNot() {
    assertThat(has(pid)).isTrue();
    assertThat(has(STRANGER)).isFalse();
  }

  /** The rings of several CPUs are read one after the other. */
  @Test
  void descendantsAreWhateverTheOrderInWhichTheyAreToldOf() {
    members.forked(CHILD, GRANDCHILD, 20);
    members.forked(pid, CHILD, 10);
    members.adopt(30);
    assertThat(has(CHILD)).isTrue();
    assertThat(has(GRANDCHILD)).isTrue();
  }

  @Test
  void whatWasMadeAfterTheMarkWaitsForWhatWasMadeBeforeIt() {
    members.forked(CHILD, GRANDCHILD, 20);
    members.adopt(15);
    members.forked(pid, CHILD, 10);
    members.adopt(30);
    assertThat(has(GRANDCHILD)).isTrue();
  }

  @Test
  void aNumberThatAStrangersChildGetsIsAMembersNoMore() {
    members.forked(pid, CHILD, 10);
    members.forked(STRANGER, CHILD, 20);
    members.adopt(30);
    assertThat(has(CHILD)).isFalse();
  }

  /** Its samples are no changes of anybody's before the kernel was asked. */
  @Test
  void aChildIsNotKnownToShareTheMemoryBeforeTheKernelSaysSo() throws Exception {
    Path crowd = CTarget.compile("crowd", folder);
    try (CTarget target = CTarget.start(crowd, 16)) {
      target.longNumber();
      target.ask("stay 1");
      int sharing =
          ProcessHandle.of(target.pid())
              .orElseThrow()
              .children()
              .mapToInt(MembersTest::pid)
              .findFirst()
              .orElseThrow();
      try (Members found = new Members(target.pid(), new Member(), target::pid)) {
        found.forked(target.pid(), sharing, 10);
        found.adopt(30);
        assertThat(isKnownToShare(found, sharing)).isFalse();
        found.settle();
        assertThat(isKnownToShare(found, sharing)).isTrue();
        assertThat(isKnownToShare(found, target.pid())).isTrue();
      }
    }
  }

  private static int pid(ProcessHandle process) {
    return (int) process.pid();
  }

  private static boolean isKnownToShare(Members members, int process) {
    Member member = members.of(process, System.nanoTime());
    return member != null && member.isKnownToShare();
  }

  /** Nobody knows since when it has been gone: what was sampled until now still counts. */
  @Test
  void aDescendantThatHasGoneIsLeftOutFromNowOn() {
    members.forked(pid, CHILD, 10);
    members.adopt(30);
    long before = System.nanoTime();
    members.settle();
    assertThat(members.of(CHILD, before)).isNotNull();
    assertThat(members.of(CHILD, System.nanoTime())).isNull();
    members.settle();
    assertThat(members.others()).isZero();
  }

  @Test
  void whoSharesTheMemoryIsFoundAndWhoIsMerelyAChildIsNot() throws Exception {
    Path crowd = CTarget.compile("crowd", folder);
    try (CTarget target = CTarget.start(crowd, 16)) {
      target.longNumber();
      Member own = new Member(FaultBalance.fromNowOn(target.pid()));
      try (Members found = new Members(target.pid(), own, target::pid)) {
        found.findAll();
        assertThat(found.others()).isZero();
        target.ask("stay 1");
        found.findAll();
        assertThat(found.others()).isEqualTo(1);
        assertThat(found.has(pid)).isFalse();
      }
    }
  }

  @Test
  void theChildOfAProcessThatForkedIsKnownToHaveMemoryOfItsOwn() throws IOException {
    Process child = new ProcessBuilder("/bin/sleep", "60").start();
    try {
      members.forked(pid, (int) child.pid(), 10);
      members.adopt(30);
      assertThat(has((int) child.pid())).isTrue();
      members.settle();
      assertThat(has((int) child.pid())).isFalse();
    } finally {
      child.destroyForcibly();
    }
  }
}
