package io.github.dirtyrange.conform;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Queues on both machines, drained after every step. */
@Tag("long")
class DrainsTest {

  private static final int STEPS = 40;

  @Test
  void theSimulatedQueueAgreesWithItself() {
    ConformReport report = run(new Simulated(sink -> sink), 100);
    assertThat(report.counterexample()).isEmpty();
    assertThat(report.freeBitsUsed().keySet())
        .noneMatch(freedom -> freedom.label().startsWith("queue-"));
    assertThat(report.tally().drains()).isGreaterThan(4_000);
    assertThat(report.tally().drainedPages()).isGreaterThan(10_000);
  }

  @Test
  void aRegionThatIsNotToldIsFoundAndShrunk() {
    ConformReport report = run(new Simulated(DrainsTest::forgetful), 10);
    assertThat(report.mismatches()).isPositive();
    Counterexample example = report.counterexample().orElseThrow();
    assertThat(example.mismatch().symptom()).startsWith("drain more none less ");
    assertThat(example.program().operations()).hasSizeLessThan(10);
    Conformance replay =
        Conformance.withDrains(
            new Simulated(DrainsTest::forgetful), new SimMachine(Profile.V6_12), 1);
    replay.run(ProgramParser.parse(example.toString()));
    assertThat(replay.report().mismatches()).isEqualTo(1);
  }

  @Test
  void anInventedGoneIsFound() {
    ConformReport report =
        run(
            new Simulated(
                sink -> (start, end, changed, now) -> sink.accept(start, end, changed | GONE, now)),
            20);
    assertThat(report.counterexample().orElseThrow().mismatch().symptom())
        .startsWith("drain more GONE");
  }

  @Test
  void aStateThatDoesNotHoldIsFound() {
    ConformReport report =
        run(
            new Simulated(
                sink -> (start, end, changed, now) -> sink.accept(start, end, changed, now ^ HUGE)),
            20);
    assertThat(report.counterexample().orElseThrow().mismatch().symptom()).endsWith("now HUGE");
  }

  private static final long FIRST_VPN = Layout.SMALL.compared().get(0).startVpn();
  private static final Program STORED =
      new Program(
          Layout.SMALL,
          List.of(
              new Operation.Mmap(
                  0, Pages.address(0x1f0), Pages.address(4), 3, 0x32), // PRIVATE|FIXED|ANONYMOUS
              new Operation.Store(0, Pages.address(0x1f0), 1)));

  /** A page that stays soft-dirty after a drain was not armed. */
  @Test
  void aPageThatStaysSoftDirtyIsFound() {
    Conformance conformance = Conformance.withDrains(staysDirty(List.of()), sim(), 1);
    conformance.run(STORED);
    assertThat(conformance.report().counterexample().orElseThrow().mismatch().symptom())
        .startsWith("pagemap ");
  }

  @Test
  void ofAPageThatIsListedAsUnseenSoftDirtyIsNotCompared() {
    List<Unseen> unseen = List.of(new Unseen(FIRST_VPN, FIRST_VPN + 8, "of the pool"));
    Conformance conformance = Conformance.withDrains(staysDirty(unseen), sim(), 1);
    conformance.run(STORED);
    assertThat(conformance.report().counterexample()).isEmpty();
    assertThat(conformance.report().freeBitsUsed()).containsKey(FreeBits.Freedom.QUEUE_OF_POOL);
  }

  private static SimMachine sim() {
    return new SimMachine(Profile.V6_12);
  }

  /** A machine whose second compared page stays soft-dirty, and whose queue lists pages. */
  private static Machine staysDirty(List<Unseen> unseen) {
    return new Simulated(sink -> sink) {
      @Override
      public void readPagemap(int process, long startVpn, int count, long[] entries) {
        super.readPagemap(process, startVpn, count, entries);
        if (startVpn == FIRST_VPN) {
          entries[1] |= PagemapEntry.SOFT_DIRTY;
        }
      }

      @Override
      Object answer(String name, Object result) {
        return name.equals("unseen") ? unseen : result;
      }
    };
  }

  private static final long GONE = io.github.dirtyrange.kernel.Categories.GONE;
  private static final long HUGE = io.github.dirtyrange.kernel.Categories.HUGE;

  /** Forgets each region of one page at a multiple of eight. */
  private static ChangeSink forgetful(ChangeSink sink) {
    return (start, end, changed, now) -> {
      if (start % 8 != 0 || end != start + 1) {
        sink.accept(start, end, changed, now);
      }
    };
  }

  private static ConformReport run(Machine one, int programs) {
    Conformance conformance = Conformance.withDrains(one, new SimMachine(Profile.V6_12), 1);
    conformance.run(new ConformPlan(programs, STEPS, 1, SimMachine.KINDS), done -> true);
    return conformance.report();
  }

  /** A simulated machine whose queues' regions are changed on their way. */
  private static class Simulated implements Machine {

    private final SimMachine machine = new SimMachine(Profile.V6_12);
    private final UnaryOperator<ChangeSink> fault;

    Simulated(UnaryOperator<ChangeSink> fault) {
      this.fault = fault;
    }

    @Override
    public String name() {
      return machine.name();
    }

    @Override
    public void reset(Layout layout) {
      machine.reset(layout);
    }

    @Override
    public void readPagemap(int process, long startVpn, int count, long[] entries) {
      machine.readPagemap(process, startVpn, count, entries);
    }

    @Override
    public Outcome run(Operation operation) {
      return machine.run(operation);
    }

    @Override
    public TrackedProcess track(int process) {
      TrackedProcess tracked = machine.track(process);
      return proxy(
          TrackedProcess.class,
          tracked,
          (name, result) ->
              result instanceof ChangeQueue queue
                  ? proxy(ChangeQueue.class, queue, this::answer)
                  : result);
    }

    /** What a call on a queue comes to. */
    Object answer(String name, Object result) {
      return result;
    }

    @Override
    public void close() {
      machine.close();
    }

    private <T> T proxy(Class<T> type, T of, Answer answer) {
      return type.cast(
          Proxy.newProxyInstance(
              type.getClassLoader(),
              new Class<?>[] {type},
              (self, method, arguments) -> {
                if (arguments != null && arguments[0] instanceof ChangeSink sink) {
                  arguments[0] = fault.apply(sink);
                }
                try {
                  return answer.of(method.getName(), method.invoke(of, arguments));
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              }));
    }

    @FunctionalInterface
    private interface Answer {
      Object of(String name, Object result);
    }
  }
}
