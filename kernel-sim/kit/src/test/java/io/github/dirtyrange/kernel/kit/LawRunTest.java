package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.LawBreach.By;
import io.github.dirtyrange.kernel.kit.WrongDesigns.Wrong;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LawRunTest {

  private static final LawPlan PLAN = new LawPlan(List.of("a"), 60, 1);

  @Test
  void aProgramFollowsFromSeedAndNumber() {
    StepDraws draws = StepDraws.ordinary();
    List<Step> third = draws.nextOpened(PLAN.random(3));
    assertThat(draws.nextOpened(PLAN.withShard(1, 2).random(3))).isEqualTo(third);
    assertThat(draws.nextOpened(PLAN.random(4))).isNotEqualTo(third);
    assertThat(draws.nextOpened(new LawPlan(List.of("a"), 60, 2).random(3))).isNotEqualTo(third);
  }

  @Test
  void aWrongDesignIsFoundAndTheProgramShrunk() throws InterruptedException {
    DesignLaws laws = LawRun.of(new Wrong("deaf", Deaf::new), PLAN, 1, done -> true);
    assertThat(laws.isRight()).isFalse();
    LawBreach lost = Objects.requireNonNull(laws.breach(Law.COMPLETE));
    assertThat(lost.by()).isNotEqualTo(By.CPUS);
    assertThat(lost.program()).hasSizeLessThan(200);
    assertThat(laws.breach(Law.REARMED_BEFORE_REPORTED)).isNull();
  }

  @Test
  void aDesignThatThrowsHasLostWhatItWasTold() throws InterruptedException {
    DesignLaws laws = LawRun.of(new Wrong("throws", Thrower::new), PLAN, 1, done -> true);
    LawBreach lost = Objects.requireNonNull(laws.breach(Law.COMPLETE));
    assertThat(lost.what()).startsWith("it throws java.lang.IllegalStateException: full at ");
  }

  @Test
  void cpusFaultInTheFirstShardAlone() throws InterruptedException {
    LawPlan one = new LawPlan(List.of("a"), 2, 1);
    Wrong torn = new Wrong("torn", DropsWhatCpusRecord::new);
    DesignLaws first = LawRun.of(torn, one.withShard(1, 2), 1, done -> true);
    assertThat(first.breaches()).extracting(LawBreach::by).containsExactly(By.CPUS);
    assertThat(LawRun.of(torn, one.withShard(2, 2), 1, done -> true).breaches()).isEmpty();
  }

  @Test
  void whatHasNothingToRunIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new LawPlan(List.of(), 0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> PLAN.withShard(3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> PLAN.withShard(1, 61));
  }

  /** Forgets every record. */
  private static final class Deaf extends PlainQueue {

    Deaf(QueueSpec spec) {
      super(spec);
    }

    @Override
    public boolean record(int cpu, long startVpn, long endVpn, long changed) {
      return true;
    }
  }

  private static final class Thrower extends PlainQueue {

    Thrower(QueueSpec spec) {
      super(spec);
    }

    @Override
    public synchronized void peek(RegionVisitor visitor) {
      throw new IllegalStateException("full");
    }
  }

  /** As the threads of the check are called. */
  private static final class DropsWhatCpusRecord extends PlainQueue {

    DropsWhatCpusRecord(QueueSpec spec) {
      super(spec);
    }

    @Override
    public synchronized boolean record(int cpu, long startVpn, long endVpn, long changed) {
      return Thread.currentThread().getName().startsWith("cpu ")
          || super.record(cpu, startVpn, endVpn, changed);
    }
  }
}
