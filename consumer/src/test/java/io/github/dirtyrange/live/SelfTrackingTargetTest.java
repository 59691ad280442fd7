package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.LiveComparison;
import io.github.dirtyrange.lab.result.LivePlan;
import io.github.dirtyrange.lab.result.LiveResult;
import io.github.dirtyrange.linux.CTarget;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnDisk;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.track.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that tracks its own writes by write-protection finds all of them in every round while
 * we track it: what it has registered is passed over by us, and named.
 */
@Timeout(60)
class SelfTrackingTargetTest {

  private static final int PAGES = 64;
  private static final int OWN = 32;
  private static final int WRITTEN = 10;
  private static final int ROUNDS = 2;
  private static final String BY_ITSELF = "the process has registered it itself, by userfaultfd";
  private static final String BY_ANOTHER = "another userfaultfd has it";

  @TempDir(factory = OnDisk.class)
  static Path folder;

  private static Path shifting;
  private static Kernel kernel;

  private CTarget target;
  private long firstVpn;

  @BeforeAll
  static void compile() throws IOException, InterruptedException {
    OnLinux.need(Capability.WP_ASYNC, Capability.PAGEMAP_SCAN);
    shifting = CTarget.compile("shifting", folder);
    kernel = LinuxKernel.open();
  }

  @BeforeEach
  void start() throws IOException {
    target = CTarget.start(shifting, PAGES);
    firstVpn = Pages.vpn(target.longNumber());
  }

  @AfterEach
  void end() {
    target.close();
  }

  private void tell(String... lines) {
    for (String line : lines) {
      assertThat(ask(line)).as(line).isEqualTo("done");
    }
  }

  private String ask(String line) {
    try {
      return target.ask(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void trackItself() {
    tell("r 0 " + OWN, "a 0 " + OWN);
  }

  private void write() {
    tell("w 0 " + WRITTEN, "w " + (OWN + 1) + " 1");
  }

  private void assertItFindsAll(String when) {
    assertThat(ask("s 0 " + OWN)).as(when).isEqualTo(Integer.toString(WRITTEN));
    assertThat(ask("s 0 " + OWN)).as("armed by itself " + when).isEqualTo("0");
  }

  private LiveTracker open(LiveOptions options) {
    return LiveTracker.open(kernel, target.pid(), options);
  }

  private LiveOptions by(Strategy strategy) {
    Optional<Capability> lacking = strategy.lacking(kernel.capabilities());
    assumeTrue(lacking.isEmpty(), lacking::toString);
    return LiveOptions.defaults().with(strategy);
  }

  /** What we find is what is ours, and the rest is named. */
  private void assertRounds(LiveTracker tracker, String reason) {
    for (int i = 1; i <= ROUNDS; i++) {
      String when = "in round " + i;
      write();
      LiveRound round = tracker.round();
      assertItFindsAll(when);
      assertThat(changed(round, firstVpn, OWN)).as(when).isZero();
      assertThat(changed(round, firstVpn + OWN + 1, 1)).as(when).isOne();
      assertThat(round.notTracked())
          .as(when)
          .anySatisfy(each -> assertThat(each.why()).isEqualTo(reason));
    }
  }

  private static long changed(LiveRound round, long startVpn, long pages) {
    long[] count = {0};
    round
        .regions()
        .forEach(
            (from, to, changed, now, known, mapping) ->
                count[0] += Math.max(0, Math.min(to, startVpn + pages) - Math.max(from, startVpn)));
    return count[0];
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE", "ADAPTIVE"})
  void findsAllOfItsOwnWhileItIsTracked(Strategy strategy) {
    trackItself();
    write();
    try (LiveTracker tracker = open(by(strategy))) {
      assertItFindsAll("after the opening");
      assertRounds(tracker, BY_ITSELF);
    }
    write();
    assertItFindsAll("afterwards");
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP_SCAN", "QUEUE", "ADAPTIVE"})
  void findsAllOfItsOwnUnderExactRounds(Strategy strategy) {
    trackItself();
    try (LiveTracker tracker = open(by(strategy).exactly())) {
      assertRounds(tracker, BY_ITSELF);
    }
  }

  /** We arm by the userfaultfd that it offers, and it tracks itself by another one. */
  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE", "ADAPTIVE"})
  void whatAnotherUserfaultfdHasIsLeftToItToo(Strategy strategy) {
    tell("o", "b 0 " + OWN);
    write();
    try (LiveTracker tracker = open(by(strategy))) {
      assertItFindsAll("after the opening");
      assertRounds(tracker, BY_ANOTHER);
    }
    write();
    assertItFindsAll("afterwards");
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE", "ADAPTIVE"})
  void whatItMapsAndRegistersLaterIsLeftToItToo(Strategy strategy) {
    try (LiveTracker tracker = open(by(strategy))) {
      tell("f 0 " + OWN);
      trackItself();
      assertRounds(tracker, BY_ANOTHER);
    }
    write();
    assertItFindsAll("afterwards");
  }

  /** A file on a disk is never registered by us, and may be by the process at any time. */
  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE", "ADAPTIVE"})
  void whatItRegistersOfAFileOnADiskIsLeftToItToo(Strategy strategy) {
    tell("F 0 4");
    try (LiveTracker tracker = open(by(strategy))) {
      tell("r 0 4", "a 0 4", "w 0 2");
      tracker.round();
      assertThat(ask("s 0 4")).isEqualTo("2");
      assertThat(ask("s 0 4")).isEqualTo("0");
    }
    tell("w 0 2");
    assertThat(ask("s 0 4")).isEqualTo("2");
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE", "ADAPTIVE", "PERFECT"})
  void findsAllOfItsOwnWhileStrategiesAreComparedOnIt(Strategy strategy) {
    by(strategy);
    trackItself();
    write();
    LiveResult result =
        compare(
            strategy,
            () -> {
              assertItFindsAll("before the next turn");
              write();
            });
    assertNamed(result, BY_ITSELF);
    assertItFindsAll("afterwards");
  }

  @ParameterizedTest
  @EnumSource(names = {"PAGEMAP", "PAGEMAP_SCAN", "QUEUE", "ADAPTIVE", "PERFECT"})
  void findsAllOfWhatItRegistersWhileStrategiesAreCompared(Strategy strategy) {
    by(strategy);
    AtomicInteger turns = new AtomicInteger();
    LiveResult result =
        compare(
            strategy,
            () -> {
              if (turns.getAndIncrement() == 0) {
                tell("f 0 " + OWN);
                trackItself();
              } else {
                assertItFindsAll("before the next turn");
              }
              write();
            });
    assertNamed(result, BY_ANOTHER);
    assertItFindsAll("afterwards");
  }

  private static void assertNamed(LiveResult result, String reason) {
    assertThat(result.isRight()).isTrue();
    assertThat(result.roundsDone()).isEqualTo(ROUNDS);
    assertThat(result.notTracked()).anySatisfy(each -> assertThat(each.why()).isEqualTo(reason));
  }

  /** Strategies in turn, with something that the process does in each. */
  private LiveResult compare(Strategy strategy, Runnable work) {
    List<Strategy> strategies = Stream.of(strategy, Strategy.PAGEMAP_SCAN).distinct().toList();
    LivePlan plan =
        new LivePlan(target.pid(), "shifting", ROUNDS, 0, strategies, 1 << 20, 1 << 20, false);
    try (LiveComparison comparison = new LiveComparison(kernel, plan)) {
      return comparison.run(
          (round, rounds) -> {},
          nanos -> {
            work.run();
            return false;
          });
    }
  }
}
