package io.github.dirtyrange.kernel.sim.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.sim.machine.Quirk;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ProtocolStepsTest {

  @Test
  void aChangeIsRecordedAndMadeUnderOneHoldOfTheLock() {
    Change change = new Change();
    new ChangeSteps(Set.of()).run(change);
    assertThat(change.done).containsExactly("lock", "record", "set", "unlock");
  }

  @Test
  void aRefusedChangeGivesBackTheLockAndBeginsAgain() {
    Change change = new Change();
    change.refusals = 2;
    new ChangeSteps(Set.of()).run(change);
    assertThat(change.done)
        .containsExactly(
            "lock", "refused", "unlock", "lock", "refused", "unlock", "lock", "record", "set",
            "unlock");
  }

  @Test
  void aStepThatMustWaitLeavesThePositionAsItIs() {
    Change change = new Change();
    change.locked = true;
    assertThat(new ChangeSteps(Set.of()).step(ChangeSteps.START, change))
        .isEqualTo(ChangeSteps.START);
    assertThat(change.done).isEmpty();
  }

  @Test
  void eachQuirkOfAChangeIsAnotherOrder() {
    assertThat(change(Quirk.RECORD_AT_ENTRY)).containsExactly("record", "lock", "set", "unlock");
    assertThat(change(Quirk.RECORD_AFTER_UNLOCK))
        .containsExactly("lock", "set", "unlock", "record");
  }

  @Test
  void aDrainArmsAndFlushesBeforeItReports() {
    assertThat(drain())
        .containsExactly(
            "hold", "take 0", "take 1", "lock", "arm", "unlock", "lock", "arm", "unlock", "flush 0",
            "flush 1", "report", "report", "release");
  }

  @Test
  void aDrainOfNothingArmsAndFlushesNothing() {
    Drain drain = new Drain(0);
    new DrainSteps(Set.of()).run(drain);
    assertThat(drain.done).containsExactly("hold", "take 0", "take 1", "release");
  }

  @Test
  void eachQuirkOfADrainIsAnotherOrder() {
    assertThat(drain(Quirk.NO_FLUSH)).doesNotContain("flush 0").contains("arm");
    assertThat(drain(Quirk.REPORT_FIRST))
        .containsSubsequence("report", "report", "arm", "arm", "flush 0");
    assertThat(drain(Quirk.NON_ATOMIC_CLEAR)).contains("arm").doesNotContain("lock");
    assertThat(drain(Quirk.DRAIN_WITHOUT_MMAP_LOCK)).doesNotContain("hold", "release");
    assertThat(drain(Quirk.EMPTY_AFTER_READING))
        .containsSubsequence("take 0", "lose 0", "take 1", "lose 1", "arm");
  }

  private static List<String> change(Quirk... quirks) {
    Change change = new Change();
    new ChangeSteps(Set.of(quirks)).run(change);
    return change.done;
  }

  private static List<String> drain(Quirk... quirks) {
    Drain drain = new Drain(2);
    new DrainSteps(Set.of(quirks)).run(drain);
    return drain.done;
  }

  private static final class Change implements ChangeSite {

    final List<String> done = new ArrayList<>();
    boolean locked;
    int refusals;

    @Override
    public boolean lock() {
      return !locked && done.add("lock");
    }

    @Override
    public boolean record() {
      done.add(refusals > 0 ? "refused" : "record");
      return refusals-- <= 0;
    }

    @Override
    public void set() {
      done.add("set");
    }

    @Override
    public void unlock() {
      done.add("unlock");
    }

    @Override
    public boolean hasRoom() {
      return true;
    }
  }

  private static final class Drain implements DrainSite {

    final List<String> done = new ArrayList<>();
    private final int pages;
    private int unarmed;
    private int unreported;

    Drain(int pages) {
      this.pages = pages;
    }

    @Override
    public boolean holdMappings() {
      return done.add("hold");
    }

    @Override
    public void releaseMappings() {
      done.add("release");
    }

    @Override
    public int parts() {
      return 2;
    }

    @Override
    public void take(int part) {
      done.add("take " + part);
      unarmed = pages;
      unreported = pages;
    }

    @Override
    public void lose(int part) {
      done.add("lose " + part);
    }

    @Override
    public boolean tookAny() {
      return pages > 0;
    }

    @Override
    public boolean hasUnarmed() {
      return unarmed > 0;
    }

    @Override
    public boolean lock() {
      return done.add("lock");
    }

    @Override
    public void arm() {
      unarmed--;
      done.add("arm");
    }

    @Override
    public void unlock() {
      done.add("unlock");
    }

    @Override
    public int cpus() {
      return 2;
    }

    @Override
    public void flush(int cpu) {
      done.add("flush " + cpu);
    }

    @Override
    public boolean hasUnreported() {
      return unreported > 0;
    }

    @Override
    public void report() {
      unreported--;
      done.add("report");
    }
  }
}
