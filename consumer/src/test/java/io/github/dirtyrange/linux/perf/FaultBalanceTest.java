package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Faults of a process whose samples come soon, late, or never. */
@Timeout(60)
class FaultBalanceTest {

  private static final int PAGES = 16;

  @TempDir static Path folder;
  private static Path shifting;

  private CTarget target;
  private FaultBalance balance;

  /**
   * Each page is read and then written: two faults where the zero page is mapped for the first,
   * else one.
   */
  private long faults;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.CHANGE_QUEUE);
    shifting = CTarget.compile("shifting", folder);
  }

  @BeforeEach
  void start() throws IOException {
    target = CTarget.start(shifting, 256);
    target.longNumber();
    fault();
    long before = faultsSoFar();
    fault();
    faults = faultsSoFar() - before;
    assertThat(faults).isIn((long) PAGES, 2L * PAGES);
    balance = FaultBalance.fromNowOn(target.pid());
  }

  @AfterEach
  void end() {
    balance.close();
    target.close();
  }

  private void fault() throws IOException {
    assertThat(target.ask("f 0 " + PAGES)).isEqualTo("done");
  }

  /** {@return its minor faults: the eighth number behind its name} */
  private long faultsSoFar() throws IOException {
    String stat = Files.readString(Path.of("/proc", Integer.toString(target.pid()), "stat"));
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[7]);
  }

  private void sampled(long nanos) {
    for (int i = 0; i < faults; i++) {
      balance.sampled(nanos);
    }
  }

  private boolean isEvenNow() {
    balance.count();
    return balance.isEven();
  }

  @Test
  void faultsThatAreSampledAreEven() throws IOException {
    assertThat(isEvenNow()).isTrue();
    fault();
    long faulted = System.nanoTime();
    assertThat(isEvenNow()).isFalse();
    sampled(faulted);
    assertThat(balance.isEven()).isTrue();
  }

  /** As those of a process that goes on while the rings are read. */
  @Test
  void samplesOfFaultsAfterTheCountingStandForNoneThatWasCounted() throws IOException {
    fault();
    long faulted = System.nanoTime();
    balance.count();
    fault();
    sampled(System.nanoTime());
    assertThat(balance.isEven()).isFalse();
    assertThat(isEvenNow()).isFalse();
    sampled(faulted);
    assertThat(isEvenNow()).isTrue();
  }

  @Test
  void faultsThatNobodySampledAreUnevenUntilAccountedFor() throws IOException {
    fault();
    assertThat(isEvenNow()).isFalse();
    balance.accountForAll();
    assertThat(isEvenNow()).isTrue();
  }

  /** As those that are taken between emptying the rings and reading the count. */
  @Test
  void samplesOfFaultsThatWereAccountedForHideNoOthers() throws IOException {
    fault();
    long between = System.nanoTime();
    balance.accountForAll();
    fault();
    sampled(between);
    assertThat(isEvenNow()).isFalse();
    sampled(System.nanoTime());
    assertThat(isEvenNow()).isTrue();
  }
}
