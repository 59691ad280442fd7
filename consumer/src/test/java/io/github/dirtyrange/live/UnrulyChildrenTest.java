package io.github.dirtyrange.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimProcess;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Children that cannot be tracked, or not at once: whoever else is tracked goes on. */
class UnrulyChildrenTest {

  private static final int STRANGER = 77_777;
  private static final int CHILD_OF_STRANGER = 88_888;

  private final UnrulyKernel kernel = new UnrulyKernel();
  private final SimProcess parent = kernel.spawn();
  private final long at = parent.mmap(16L * Pages.SIZE);
  private final FollowNotes notes = new FollowNotes();
  private LiveSession session;

  @BeforeEach
  void open() {
    parent.store(at, 1);
    session = LiveSession.open(kernel, parent.pid(), LiveOptions.defaults().following(), notes);
  }

  @AfterEach
  void close() {
    session.close();
  }

  private void lookAfter(long millis) {
    kernel.pass(millis);
    session.look();
  }

  private SimProcess armedChild() {
    SimProcess child = parent.fork();
    lookAfter(101);
    assertThat(notes.tracked).contains(child.pid());
    return child;
  }

  private SimProcess refusedChild() {
    SimProcess child = parent.fork();
    kernel.makeUnreadable(child);
    kernel.name(child.pid(), "refused");
    lookAfter(101);
    assertThat(notes.notTracked).containsOnlyKeys(child.pid());
    return child;
  }

  @Test
  void aChildThatCannotBeLookedAtAnyMoreInARoundIsLeftAndNamed() {
    SimProcess unruly = armedChild();
    SimProcess other = armedChild();
    kernel.makeUnreadable(unruly);
    other.store(at, 2);
    session.round();
    assertThat(notes.notTracked).containsOnlyKeys(unruly.pid());
    assertThat(notes.notTracked.get(unruly.pid())).contains("maps", "EPERM");
    parent.store(at, 3);
    session.round();
    assertThat(notes.notTracked).hasSize(1);
    assertThat(notes.changed)
        .containsEntry(parent.pid(), 1L)
        .containsEntry(other.pid(), 1L)
        .doesNotContainKey(unruly.pid());
    assertThat(session.state()).isEqualTo(LiveSession.State.TRACKED);
  }

  @Test
  void aChildThatCannotBeLookedAtAnyMoreBetweenRoundsIsLeftAndNamed() {
    SimProcess unruly = armedChild();
    SimProcess other = armedChild();
    kernel.makeUnreadable(unruly);
    session.look();
    assertThat(notes.notTracked.get(unruly.pid())).contains("pagemap", "EPERM");
    other.store(at, 2);
    session.round();
    assertThat(notes.changed).containsEntry(other.pid(), 1L);
  }

  /** A launcher executes the program, and a shell is told another name. */
  @Test
  void aChildThatHasEndedHasTheNameThatItsParentHasNow() {
    kernel.name(parent.pid(), "shell");
    SimProcess child = parent.fork();
    child.exit();
    lookAfter(101);
    assertThat(notes.names).containsEntry(child.pid(), "shell");
  }

  @Test
  void anErrorOfTheFirstProcessEndsTheSession() {
    armedChild();
    kernel.makeUnreadable(parent);
    assertThatThrownBy(session::round).isInstanceOf(KernelException.class);
    assertThatThrownBy(session::look).isInstanceOf(KernelException.class);
    assertThat(notes.notTracked).isEmpty();
  }

  @Test
  void aChildThatCannotBeDisarmedIsNamedWithTheReason() {
    SimProcess unruly = armedChild();
    kernel.makeUnreadable(unruly);
    kernel.makeUnclosable(unruly);
    session.look();
    assertThat(notes.notTracked.get(unruly.pid())).contains("pagemap", "disarming it: closing");
  }

  @Test
  void allOthersAreDisarmedWhereOneCannotBe() {
    SimProcess unruly = armedChild();
    SimProcess other = armedChild();
    kernel.makeUnclosable(unruly);
    assertThatThrownBy(session::close).isInstanceOf(KernelException.class);
    assertThat(kernel.closed()).contains(parent.pid(), unruly.pid(), other.pid());
  }

  /** As after a while in which nobody has read the kernel's records. */
  @Test
  void forksThatAreNotNoticedAnyMoreAreToldOfOnce() {
    kernel.loseForks("records were lost");
    session.look();
    session.round();
    assertThat(notes.refusals).containsExactly(parent.pid());
    assertThat(notes.notTracked).containsEntry(parent.pid(), "records were lost");
  }

  @Test
  void forksThatWereLostAtTheEndAreToldOf() {
    kernel.loseForks("records were lost");
    session.nameUnarmed();
    assertThat(notes.notTracked).containsEntry(parent.pid(), "records were lost");
  }

  /** Two rounds with some seconds between them for each child would be no tracking. */
  @Test
  void childrenThatDoNotStopHoldNobodyUpForLong() {
    SimProcess one = parent.fork();
    SimProcess two = parent.fork();
    kernel.makeUnstoppable(one, two);
    for (int look = 0; look < 20; look++) {
      long before = kernel.nanoTime();
      lookAfter(101);
      assertThat(kernel.nanoTime() - before).isLessThan(TimeUnit.MILLISECONDS.toNanos(350));
    }
    assertThat(notes.tracked).containsExactly(parent.pid());
  }

  @Test
  void aChildThatDoesNotStopIsTriedAgainAndNamedIfItStaysSo() {
    SimProcess child = parent.fork();
    kernel.makeUnstoppable(child);
    lookAfter(101);
    assertThat(notes.notTracked).isEmpty();
    assertThat(session.isOver()).isFalse();
    for (int look = 0; look < 100; look++) {
      lookAfter(101);
    }
    assertThat(kernel.armings()).containsOnlyOnce(parent.pid());
    assertThat(kernel.armings()).hasSize(5);
    assertThat(notes.refusals).containsExactly(child.pid());
    assertThat(notes.notTracked.get(child.pid())).contains("no thread stops");
  }

  @Test
  void aChildThatStopsLaterIsTracked() {
    SimProcess child = parent.fork();
    kernel.makeUnstoppable(child);
    lookAfter(101);
    kernel.makeStoppable(child);
    lookAfter(600);
    assertThat(notes.tracked).containsExactly(parent.pid(), child.pid());
    assertThat(notes.notTracked).isEmpty();
  }

  @Test
  void whoWasNotTriedYetComesBeforeAChildThatDidNotStop() {
    SimProcess unruly = parent.fork();
    kernel.makeUnstoppable(unruly);
    lookAfter(101);
    SimProcess one = parent.fork();
    SimProcess two = parent.fork();
    lookAfter(600);
    assertThat(kernel.armings())
        .containsExactly(parent.pid(), unruly.pid(), one.pid(), two.pid(), unruly.pid());
  }

  @Test
  void nobodyIsArmedAndNoRoundIsHadOnceTheEndIsWishedFor() {
    SimProcess child = parent.fork();
    kernel.pass(101);
    session.round(() -> true);
    session.look(() -> true);
    assertThat(notes.changed).isEmpty();
    assertThat(kernel.armings()).doesNotContain(child.pid());
  }

  @Test
  void aChildThatExecutesAProgramAndDoesNotStopAtOnceIsANewTargetLater() {
    SimProcess child = armedChild();
    kernel.execute(child);
    kernel.makeUnstoppable(child);
    session.look();
    assertThat(notes.executed).isZero();
    kernel.makeStoppable(child);
    lookAfter(600);
    assertThat(notes.executed).isEqualTo(1);
    assertThat(notes.tracked).containsExactly(parent.pid(), child.pid(), child.pid());
    assertThat(notes.notTracked).isEmpty();
  }

  /** Rings of records are read one after the other. */
  @Test
  void aGrandchildOfWhichIsToldBeforeItsParentIsFollowed() {
    SimProcess child = parent.fork();
    SimProcess grandchild = child.fork();
    kernel.withhold(child);
    session.look();
    lookAfter(101);
    lookAfter(101);
    assertThat(notes.tracked).containsOnly(parent.pid(), child.pid(), grandchild.pid());
  }

  @Test
  void whatAChildStartsThatIsNotTrackedIsFollowed() {
    SimProcess child = refusedChild();
    SimProcess grandchild = child.fork();
    lookAfter(101);
    session.look();
    assertThat(notes.tracked).containsExactly(parent.pid(), grandchild.pid());
  }

  @Test
  void whoHasTheNumberOfAChildThatWasNotTrackedIsAStranger() {
    SimProcess child = refusedChild();
    kernel.free(child.pid());
    session.look();
    kernel.plan(child.pid(), CHILD_OF_STRANGER);
    lookAfter(101);
    lookAfter(101);
    assertThat(notes.named()).containsOnly(parent.pid(), child.pid());
  }

  /** It may have it before anybody looks. */
  @Test
  void whoIsGivenTheNumberOfAChildThatWasNotTrackedIsAStranger() {
    SimProcess child = refusedChild();
    kernel.plan(STRANGER, child.pid());
    kernel.plan(child.pid(), CHILD_OF_STRANGER);
    lookAfter(101);
    lookAfter(101);
    assertThat(notes.named()).containsOnly(parent.pid(), child.pid());
  }

  @Test
  void childrenThatAreNotArmedYetAtTheEndAreNamed() {
    SimProcess child = parent.fork();
    SimProcess unruly = parent.fork();
    kernel.makeUnstoppable(unruly);
    lookAfter(101);
    SimProcess young = parent.fork();
    session.nameUnarmed();
    assertThat(notes.notTracked).containsOnlyKeys(unruly.pid(), young.pid());
    assertThat(notes.notTracked.get(young.pid())).contains("the end came before it was armed");
    assertThat(notes.tracked).containsExactly(parent.pid(), child.pid());
  }
}
