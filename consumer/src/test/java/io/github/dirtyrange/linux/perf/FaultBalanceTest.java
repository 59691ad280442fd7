package io.github.dirtyrange.linux.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.OnLinux;
import java.io.IOException;
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

  /** Each page is read, which finds the zero page, and then written. */
  private static final int FAULTS = 2 * PAGES;

  @TempDir static Path folder;
  private static Path shifting;

  private CTarget target;
  private FaultBalance balance;

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
    fault();
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

  private void sampled(long nanos) {
    for (int i = 0; i < FAULTS; i++) {
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
