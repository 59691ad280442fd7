package io.github.dirtyrange.kernel.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.ChangeQueue;
import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.DrainReport;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.PageChangeBuffer;
import io.github.dirtyrange.kernel.QueueCategories;
import io.github.dirtyrange.kernel.QueueStatus;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.LockedMapQueue;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Queues that break L10, L11 or L12 on purpose: the kit finds each within few programs. */
class PlantedQueuesTest {

  private static final int PROGRAMS = 1_000;
  private static final ChangeSink NOWHERE = (startVpn, endVpn, changed, now) -> {};
  private static final Profile BLIND = Profile.V7_3.with(Quirk.NO_SOFT_DIRTY);

  /** Takes all regions out, and then hands them on: those after a failure are gone. */
  private static final class ToldIsDelivered extends Forwarding {

    ToldIsDelivered(ChangeQueue queue) {
      super(queue);
    }

    @Override
    public DrainReport drain(ChangeSink sink) {
      PageChangeBuffer all = new PageChangeBuffer(1 << 14);
      DrainReport report = super.drain((ChangeSink) all);
      for (int i = 0; i < all.size(); i++) {
        sink.accept(all.startVpn(i), all.endVpn(i), all.changed(i), all.now(i));
      }
      return report;
    }
  }

  /** Does not say what it cannot see. */
  private static final class Silent extends Forwarding {

    Silent(ChangeQueue queue) {
      super(queue);
    }

    @Override
    public List<Unseen> unseen() {
      return List.of();
    }
  }

  /** Says that it sees nothing, which is no answer either. */
  private static final class Denying extends Forwarding {

    Denying(ChangeQueue queue) {
      super(queue);
    }

    @Override
    public List<Unseen> unseen() {
      return List.of(new Unseen(0, 1L << 40, "who knows"));
    }
  }

  /** Arms what was written while it was off, and tells nobody, before it listens again. */
  private static final class ArmsFirst extends Forwarding {

    ArmsFirst(ChangeQueue queue) {
      super(queue);
    }

    @Override
    public void enable() {
      super.enable();
      super.drain(NOWHERE);
    }
  }

  @Test
  void whoTakesToldForDeliveredBreaksL10() {
    assertThat(firstToBreak(Law.OWED_UNTIL_DELIVERED, ToldIsDelivered::new, Profile.V7_3, PROGRAMS))
        .isBetween(1, PROGRAMS);
  }

  @Test
  void whoIsSilentAboutUnregisteredMemoryBreaksL11() {
    assertThat(firstToBreak(Law.NEVER_SILENT, Silent::new, BLIND, PROGRAMS)).isBetween(1, PROGRAMS);
  }

  @Test
  void whoListsWhatItSeesBreaksL11() {
    assertThat(firstToBreak(Law.NEVER_SILENT, Denying::new, BLIND, PROGRAMS))
        .isBetween(1, PROGRAMS);
  }

  @Test
  void whoArmsBeforeListeningBreaksL12() {
    assertThat(firstToBreak(Law.FROM_THE_FIRST_WRITE, ArmsFirst::new, Profile.V7_3, PROGRAMS))
        .isBetween(1, PROGRAMS);
  }

  /** Or the kit would find anything. */
  @Test
  void aQueueAsItIsBreaksNone() {
    for (Law law : List.of(Law.OWED_UNTIL_DELIVERED, Law.NEVER_SILENT, Law.FROM_THE_FIRST_WRITE)) {
      assertThat(firstToBreak(law, queue -> queue, BLIND, 200)).as(law.label()).isZero();
    }
  }

  /** {@return the number of the first program that shows it, 0 if none does} */
  private static int firstToBreak(
      Law law, UnaryOperator<ChangeQueue> planted, Profile profile, int programs) {
    int first = firstToBreak(law, new Random(1), planted, profile, programs);
    System.out.printf("%s: program %d%n", law.label(), first);
    return first;
  }

  private static int firstToBreak(
      Law law, Random random, UnaryOperator<ChangeQueue> planted, Profile profile, int programs) {
    for (int i = 1; i <= programs; i++) {
      List<Step> program = StepDraws.ordinary().nextOpened(random);
      if (LawCheck.run(new LockedMapQueue.Design(), planted, profile, program).containsKey(law)) {
        return i;
      }
    }
    return 0;
  }

  /** A queue that does what another does. */
  private abstract static class Forwarding implements ChangeQueue {

    private final ChangeQueue queue;

    Forwarding(ChangeQueue queue) {
      this.queue = queue;
    }

    @Override
    public Claims claims() {
      return queue.claims();
    }

    @Override
    public QueueCategories categories() {
      return queue.categories();
    }

    @Override
    public boolean await(long timeoutNanos) {
      return queue.await(timeoutNanos);
    }

    @Override
    public DrainReport drain(PageChangeBuffer buffer) {
      return queue.drain(buffer);
    }

    @Override
    public DrainReport drain(ChangeSink sink) {
      return queue.drain(sink);
    }

    @Override
    public DrainReport drainExactly(ChangeSink sink) {
      return queue.drainExactly(sink);
    }

    @Override
    public void peek(ChangeSink sink) {
      queue.peek(sink);
    }

    @Override
    public List<Unseen> unseen() {
      return queue.unseen();
    }

    @Override
    public QueueStatus status() {
      return queue.status();
    }

    @Override
    public void enable() {
      queue.enable();
    }

    @Override
    public void disable() {
      queue.disable();
    }

    @Override
    public long memoryBytes() {
      return queue.memoryBytes();
    }

    @Override
    public void close() {
      queue.close();
    }
  }
}
