package io.github.dirtyrange.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.workload.WorkloadProtocol.Command;
import io.github.dirtyrange.workload.WorkloadProtocol.Request;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class WorkloadServerTest {

  private static final long BASE = 0x7f00;
  private static final WorkloadPlan PLAN = new WorkloadPlan(64, 7, PagePattern.UNIFORM, 3);

  private final long[] memory = new long[64];
  private final ByteArrayOutputStream answers = new ByteArrayOutputStream();
  private final WorkloadServer server =
      new WorkloadServer(
          PLAN, new ArrayArea(memory), new CountingMemory(), new DataOutputStream(answers));

  @Test
  void populatingStampsEveryPageAndSaysWhereTheyAre() throws IOException {
    server.populate();
    for (int page = 0; page < memory.length; page++) {
      assertThat(memory[page]).isEqualTo(Stamp.POPULATED);
    }
    DataInputStream in = answer();
    assertThat(in.readUnsignedByte()).isEqualTo(WorkloadProtocol.OK);
    assertThat(in.readInt()).isEqualTo(WorkloadProtocol.MAGIC);
    assertThat(in.readLong()).isEqualTo(BASE);
    assertThat(in.readInt()).isEqualTo(64);
  }

  @Test
  void aRoundWritesJustThePagesThatItThenReveals() throws Exception {
    server.populate();
    ask(Command.BEGIN_ROUND, 5);
    DataInputStream written = ask(Command.WRITE, 2);
    assertThat(written.readUnsignedByte()).isEqualTo(WorkloadProtocol.OK);
    assertThat(written.readLong()).isNotNegative();

    ChangedPages revealed = pages(ask(Command.REVEAL, 0));
    assertThat(revealed.pages()).isEqualTo(7);
    int[] expected = PLAN.pagesOfRound(5);
    for (int page = 0; page < memory.length; page++) {
      int at = page;
      boolean told = Arrays.stream(expected).anyMatch(index -> index == at);
      assertThat(memory[page]).isEqualTo(told ? Stamp.of(2, BASE + page) : Stamp.POPULATED);
    }
  }

  @Test
  void aBusyWriterRevealsWhatItWrote() throws Exception {
    server.populate();
    ask(Command.START_BUSY, 9);
    ChangedPages revealed = pages(ask(Command.STOP_BUSY, 0));
    for (int page = 0; page < memory.length; page++) {
      long vpn = BASE + page;
      boolean told = PageSets.common(revealed, PageSets.of(new int[] {page}, 1, BASE)) == 1;
      assertThat(memory[page]).isEqualTo(told ? Stamp.of(9, vpn) : Stamp.POPULATED);
    }
  }

  @Test
  void stoppingWhatDoesNotRunFails() throws Exception {
    DataInputStream in = ask(Command.STOP_BUSY, 0);
    assertThat(in.readUnsignedByte()).isEqualTo(WorkloadProtocol.FAILED);
    assertThat(in.readUTF()).contains("no busy writer");
  }

  @Test
  void aSpinnerIsStoppedOnceItRuns() throws Exception {
    DataInputStream in = ask(Command.STOP_SPINNING, 0);
    assertThat(in.readUnsignedByte()).isEqualTo(WorkloadProtocol.FAILED);
    assertThat(in.readUTF()).contains("no spinner");
    assertThat(ask(Command.START_SPINNING, 0).readUnsignedByte()).isEqualTo(WorkloadProtocol.OK);
    assertThat(spinners()).containsExactly(Thread.State.RUNNABLE);
    assertThat(ask(Command.START_SPINNING, 0).readUnsignedByte())
        .isEqualTo(WorkloadProtocol.FAILED);
    assertThat(ask(Command.STOP_SPINNING, 0).readUnsignedByte()).isEqualTo(WorkloadProtocol.OK);
    assertThat(spinners()).isEmpty();
  }

  private static List<Thread.State> spinners() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(Spinner.NAME))
        .map(Thread::getState)
        .toList();
  }

  @Test
  void firstTouchesAreToldApartFromLaterOnes() throws Exception {
    DataInputStream in = ask(Command.TOUCH_FRESH, 0);
    assertThat(in.readUnsignedByte()).isEqualTo(WorkloadProtocol.OK);
    FirstTouch touch = FirstTouch.read(in);
    long pages = touch.pages();
    assertThat(touch)
        .isEqualTo(
            new FirstTouch(
                touch.pages(), 7 * pages, pages, 9 * pages, pages, 100 + 2 * pages, 100));
  }

  @Property
  void requestsArriveAsTheyWereSent(@ForAll Command command, @ForAll int argument)
      throws IOException {
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    Request request = new Request(command, argument);
    request.write(new DataOutputStream(sent));
    assertThat(sent.size()).isEqualTo(5);
    assertThat(Request.read(new DataInputStream(new ByteArrayInputStream(sent.toByteArray()))))
        .isEqualTo(request);
  }

  @Test
  void anUnknownCommandIsRefused() {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(new byte[] {1, 0, 0, 0, 0}));
    assertThatThrownBy(() -> Request.read(in))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("code 1");
  }

  private DataInputStream ask(Command command, int argument) throws Exception {
    answers.reset();
    server.obey(new Request(command, argument));
    return answer();
  }

  private DataInputStream answer() {
    return new DataInputStream(new ByteArrayInputStream(answers.toByteArray()));
  }

  private static ChangedPages pages(DataInputStream in) throws IOException {
    assertThat(in.readUnsignedByte()).isEqualTo(WorkloadProtocol.OK);
    return WorkloadProtocol.readPages(in, BASE);
  }

  /** Whose clock goes on by 6 for the first load of a page, 8 for the first store, 1 for each. */
  private static final class CountingMemory implements FreshMemory {

    private long nanos;

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public Area map(int pages) {
      return new CountingArea();
    }

    private final class CountingArea implements Area {

      private final BitSet touched = new BitSet();

      @Override
      public void load(int page) {
        touch(page, 6);
      }

      @Override
      public void store(int page) {
        touch(page, 8);
      }

      private void touch(int page, int first) {
        nanos += 1 + (touched.get(page) ? 0 : first);
        touched.set(page);
      }

      @Override
      public void discard() {
        nanos += 100 + 2L * touched.cardinality();
        touched.clear();
      }

      @Override
      public void close() {
        nanos += 1_000_000;
      }
    }
  }

  private static final class ArrayArea implements WritableArea {

    private final long[] memory;

    ArrayArea(long[] memory) {
      this.memory = memory;
    }

    @Override
    public long baseVpn() {
      return BASE;
    }

    @Override
    public void store(int page, long value) {
      memory[page] = value;
    }
  }
}
