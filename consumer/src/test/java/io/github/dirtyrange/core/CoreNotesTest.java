package io.github.dirtyrange.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.core.ParsedCore.Note;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.ProcessNotes;
import io.github.dirtyrange.kernel.ThreadRegisters;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notes, field by field, where include/linux/elfcore.h has them on x86-64. */
class CoreNotesTest {

  private static final byte[] AUXILIARY = {6, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0};

  @TempDir Path folder;

  private static ProcessNotes process(String name, String arguments) {
    return new ProcessNotes(
        100, 90, 80, 70, -2, 50, -20, name, arguments, ByteBuffer.wrap(AUXILIARY));
  }

  private static ThreadRegisters thread(int tid, int signal, int floating) {
    ByteBuffer general = ByteBuffer.allocate(ThreadRegisters.GENERAL_BYTES);
    for (int i = 0; i < general.capacity(); i++) {
      general.put(i, (byte) (tid + i));
    }
    ByteBuffer bytes = ByteBuffer.allocate(floating);
    if (floating > 0) {
      bytes.put(floating - 1, (byte) tid);
    }
    return new ThreadRegisters(tid, signal, general, bytes);
  }

  private List<Note> parsed(byte[] notes) throws IOException {
    Path core = folder.resolve("core");
    try (FileChannel out =
        FileChannel.open(core, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      MadeMemory nothing = new MadeMemory(MadeMemory.PAGE, List.of(), List.of());
      CoreFile.write(nothing, ByteBuffer.wrap(notes), out);
    }
    try (ParsedCore parsed = new ParsedCore(core)) {
      return parsed.notes();
    }
  }

  @Test
  void threadsComeInTheirOrderWithAllOfTheirRegisters() throws IOException {
    List<ThreadRegisters> threads =
        List.of(
            thread(100, 0, ThreadRegisters.FLOATING_BYTES),
            thread(103, 10, ThreadRegisters.FLOATING_BYTES),
            thread(101, 0, 0));
    List<Note> notes = parsed(CoreNotes.of(process("name", "name one"), threads));
    assertThat(notes).extracting(Note::type).containsExactly(1, 2, 1, 2, 1, 3, 6);
    for (int i = 0; i < threads.size(); i++) {
      ThreadRegisters thread = threads.get(i);
      ByteBuffer status = notes.get(2 * i).said();
      assertThat(status.remaining()).isEqualTo(336);
      assertThat(status.getInt(0)).isEqualTo(thread.signal());
      assertThat(status.getShort(12)).isEqualTo((short) thread.signal());
      assertThat(status.getInt(32)).isEqualTo(thread.tid());
      assertThat(status.getInt(36)).isEqualTo(90);
      assertThat(status.getInt(40)).isEqualTo(80);
      assertThat(status.getInt(44)).isEqualTo(70);
      assertThat(status.slice(112, 216)).isEqualTo(thread.general());
      assertThat(status.getInt(328)).isEqualTo(i < 2 ? 1 : 0);
    }
    assertThat(notes.get(1).said()).isEqualTo(threads.get(0).floating());
    assertThat(notes.get(3).said()).isEqualTo(threads.get(1).floating());
    assertThat(notes.get(6).said()).isEqualTo(ByteBuffer.wrap(AUXILIARY));
  }

  @Test
  void theProcessIsToldAndItsNamesAreCut() throws IOException {
    String name = "ü".repeat(20);
    byte[] made = CoreNotes.of(process(name, "a".repeat(200)), List.of());
    ByteBuffer said = parsed(made).get(0).said().order(ByteOrder.LITTLE_ENDIAN);
    assertThat(said.remaining()).isEqualTo(136);
    assertThat(said.getShort(0)).isEqualTo((short) ('R' << 8));
    assertThat(said.get(3)).isEqualTo((byte) -20);
    assertThat(said.getInt(16)).isEqualTo(-2);
    assertThat(said.getInt(20)).isEqualTo(50);
    assertThat(said.getInt(24)).isEqualTo(100);
    assertThat(said.getInt(28)).isEqualTo(90);
    assertThat(said.getInt(32)).isEqualTo(80);
    assertThat(said.getInt(36)).isEqualTo(70);
    byte[] whole = name.getBytes(StandardCharsets.UTF_8);
    assertThat(said.slice(40, 15)).isEqualTo(ByteBuffer.wrap(whole, 0, 15));
    assertThat(said.get(55)).isZero();
    assertThat(said.get(56 + 78)).isEqualTo((byte) 'a');
    assertThat(said.get(56 + 79)).isZero();
  }

  @Test
  void whereAKernelHasNoRegistersThereAreNoNotes() {
    try (TrackedProcess process = SimKernel.newest().spawn().tracked();
        Frozen frozen = process.freeze()) {
      assertThat(process.notes()).isEmpty();
      assertThat(CoreNotes.of(process, frozen)).isEmpty();
    }
  }
}
