package io.github.dirtyrange.conform.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentProcessTest {

  private static final long AREA = 0x1000000000L;
  private static final int MMAP = 9;
  private static final int MPROTECT = 10;
  private static final int PAUSE = 34;
  private static final int NANOSLEEP = 35;
  private static final int GETPID = 39;
  private static final int PROT_NONE = 0;
  private static final int PROT_READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS_FIXED = 0x32;
  private static final int SIGSEGV = 11;
  private static final int EBADF = 9;

  @BeforeEach
  void needsLinuxOnX64() {
    Optional<String> reason = AgentProcess.unsupported();
    assumeTrue(reason.isEmpty(), reason::toString);
  }

  @Test
  void systemCallReturnsItsResult() {
    try (AgentProcess agent = AgentProcess.start(0)) {
      assertThat(agent.root().systemCall(GETPID)).isEqualTo(agent.root().pid());
    }
  }

  @Test
  void systemCallReturnsItsNegatedErrno() {
    try (AgentProcess agent = AgentProcess.start(0)) {
      assertThat(agent.root().systemCall(3, 77)).isEqualTo(-EBADF);
    }
  }

  @Test
  void allSixArgumentsReachTheKernel() {
    try (AgentProcess agent = AgentProcess.start(0)) {
      assertThat(map(agent.root(), 1)).isEqualTo(AREA);
      assertThat(agent.root().systemCall(MMAP, AREA, 4096, 3, 2, 0, 1)).isEqualTo(-22);
    }
  }

  @Test
  void storeIsSeenByLoad() {
    try (AgentProcess agent = AgentProcess.start(0)) {
      map(agent.root(), 1);
      assertThat(store(agent.root(), AREA + 8, 0x1122334455667788L)).isEqualTo(ok(0));
      assertThat(load(agent.root(), AREA + 8)).isEqualTo(ok(0x1122334455667788L));
      assertThat(load(agent.root(), AREA)).isEqualTo(ok(0));
    }
  }

  @Test
  void faultBecomesTheReplyAndTheAgentGoesOn() {
    try (AgentProcess agent = AgentProcess.start(0)) {
      AgentChannel root = agent.root();
      for (int i = 0; i < 100; i++) {
        assertThat(load(root, AREA).signal()).isEqualTo(SIGSEGV);
      }
      map(root, 1);
      root.systemCall(MPROTECT, AREA, 4096, PROT_NONE);
      assertThat(store(root, AREA, 1).signal()).isEqualTo(SIGSEGV);
      root.systemCall(MPROTECT, AREA, 4096, PROT_READ_WRITE);
      assertThat(store(root, AREA, 1)).isEqualTo(ok(0));
    }
  }

  @Test
  void bytesGoBothWays() {
    byte[] text = "to the scratch memory and back".getBytes(StandardCharsets.UTF_8);
    try (AgentProcess agent = AgentProcess.start(0)) {
      agent.root().postReceive(AgentChannel.SCRATCH, text);
      agent.root().postSend(AgentChannel.SCRATCH, text.length);
      assertThat(agent.root().take().value()).isEqualTo(text.length);
      assertThat(agent.root().takeBytes(text.length).array()).isEqualTo(text);
    }
  }

  @Test
  void forkedChildObeysItsOwnLineAndHasItsOwnMemory() {
    try (AgentProcess agent = AgentProcess.start(2)) {
      AgentChannel root = agent.root();
      map(root, 1);
      store(root, AREA, 1);
      AgentChannel child = agent.fork(root, 0);
      AgentChannel grandchild = agent.fork(child, 1);
      assertThat(child.systemCall(GETPID)).isEqualTo(child.pid()).isNotEqualTo(root.pid());
      store(child, AREA, 2);
      store(grandchild, AREA, 3);
      assertThat(load(root, AREA)).isEqualTo(ok(1));
      assertThat(load(child, AREA)).isEqualTo(ok(2));
      assertThat(load(grandchild, AREA)).isEqualTo(ok(3));
      agent.exit(child, grandchild);
      agent.exit(root, child);
      assertThat(load(agent.fork(root, 0), AREA)).isEqualTo(ok(1));
    }
  }

  @Test
  void everyProcessEndsWithTheAgent() throws Exception {
    long childPid;
    try (AgentProcess agent = AgentProcess.start(1)) {
      childPid = agent.fork(agent.root(), 0).pid();
      assertThat(ProcessHandle.of(childPid)).isPresent();
    }
    awaitEnd(childPid);
  }

  /** An orphan that has ended stays a zombie until init gets round to it; that is end enough. */
  private static void awaitEnd(long pid) throws Exception {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (Files.exists(stat)) {
      String line;
      try {
        line = Files.readString(stat);
      } catch (IOException gone) {
        return;
      }
      if (line.startsWith("Z", line.lastIndexOf(')') + 2)) {
        return;
      }
      assertThat(System.nanoTime()).as("process %d lives on: %s", pid, line).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @Test
  void agentEndsWhenItsPipeCloses() throws Exception {
    Optional<ProcessHandle> handle;
    try (AgentProcess agent = AgentProcess.start(0)) {
      handle = ProcessHandle.of(agent.root().pid());
      agent.root().close();
      assertThat(handle.orElseThrow().onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
    }
  }

  @Test
  void deadAgentIsReported() {
    try (AgentProcess agent = AgentProcess.start(0)) {
      agent.root().postExit();
      assertThatThrownBy(() -> agent.root().systemCall(GETPID))
          .isInstanceOf(AgentDiedException.class)
          .hasMessageContaining("process " + agent.root().pid());
    }
  }

  @Test
  void systemCallThatDoesNotReturnIsEnded() {
    try (AgentProcess agent = AgentProcess.start(0, Duration.ofMillis(100))) {
      assertThatThrownBy(() -> agent.root().systemCall(PAUSE))
          .isInstanceOf(AgentDiedException.class)
          .hasMessageContaining("did not return");
    }
  }

  @Test
  void somethingCanBeDoneWhileAProcessIsBlocked() {
    try (AgentProcess agent = AgentProcess.start(1)) {
      AgentChannel child = agent.fork(agent.root(), 0);
      long seconds = AgentChannel.SCRATCH;
      child.postLongs(seconds, 0, 50_000_000);
      child.take();
      AtomicInteger rounds = new AtomicInteger();
      child.setWhileWaiting(
          () -> {
            rounds.incrementAndGet();
            agent.root().systemCall(GETPID);
          });
      assertThat(child.systemCall(NANOSLEEP, seconds, 0)).isZero();
      assertThat(rounds).hasPositiveValue();
      child.setWhileWaiting(null);
      int before = rounds.get();
      child.systemCall(GETPID);
      assertThat(rounds).hasValue(before);
    }
  }

  @Test
  void blockedCallIsEndedWhateverIsDoneMeanwhile() {
    try (AgentProcess agent = AgentProcess.start(1, Duration.ofMillis(100))) {
      AgentChannel child = agent.fork(agent.root(), 0);
      child.setWhileWaiting(() -> agent.root().systemCall(GETPID));
      assertThatThrownBy(() -> child.systemCall(PAUSE)).isInstanceOf(AgentDiedException.class);
    }
  }

  private static long map(AgentChannel channel, int pages) {
    return channel.systemCall(
        MMAP, AREA, pages * 4096L, PROT_READ_WRITE, PRIVATE_ANONYMOUS_FIXED, -1, 0);
  }

  private static AgentReply load(AgentChannel channel, long address) {
    channel.postLoad(address);
    return channel.take();
  }

  private static AgentReply store(AgentChannel channel, long address, long value) {
    channel.postStore(address, value);
    return channel.take();
  }

  private static AgentReply ok(long value) {
    return new AgentReply(0, value);
  }
}
