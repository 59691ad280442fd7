package io.github.dirtyrange.report.export;

import static io.github.dirtyrange.report.export.Rounds.round;
import static io.github.dirtyrange.report.export.Rounds.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.live.result.RoundStacks;
import io.github.dirtyrange.live.result.StackShare;
import io.github.dirtyrange.live.result.ThreadShare;
import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class PprofProfileTest {

  private static final LiveTarget SERVER = target(7, "server");
  private static final LiveTarget CHILD = target(8, "");

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private long now = 1000;
  private final PprofProfile profile = new PprofProfile(file, () -> now);

  private PprofFile read() throws Exception {
    now = 1600;
    profile.finished();
    return new PprofFile(file.toByteArray());
  }

  @Test
  void aMappingIsASampleBelowItsProcessAndSoIsAThread() throws Exception {
    List<MappingShare> mappings =
        List.of(new MappingShare("[heap]", 5), new MappingShare("/lib/x", 1));
    List<ThreadShare> threads = List.of(new ThreadShare(9, "io", 4), new ThreadShare(7, "", 1));
    profile.round(SERVER, round(1, 100, mappings, threads));
    profile.round(SERVER, round(2, 200, mappings, List.of()));
    profile.round(CHILD, round(1, 50, List.of(new MappingShare("[heap]", 1)), List.of()));
    PprofFile read = read();
    assertThat(read.sampleTypes()).containsExactly("by_mapping/pages", "by_thread/pages");
    assertThat(read.samples())
        .containsExactly(
            "server (7);[heap] [10, 0]",
            "server (7);/lib/x [2, 0]",
            "process 8;[heap] [1, 0]",
            "server (7);[not known] [0, 7]",
            "server (7);io (9) [0, 4]",
            "process 8;[not known] [0, 1]",
            "server (7);thread 7 [0, 1]");
    assertThat(read.comments()).containsExactly("by_thread: the thread is known of 5 of 13 pages");
    assertThat(read.defaultSampleType()).isEqualTo("by_mapping");
    assertThat(read.number("time_nanos")).isEqualTo(1000);
    assertThat(read.number("duration_nanos")).isEqualTo(600);
  }

  @Test
  void aNameThatComesLaterIsTheThreads() throws Exception {
    profile.round(SERVER, round(1, 100, List.of(), List.of(new ThreadShare(9, "", 4))));
    profile.round(SERVER, round(2, 200, List.of(), List.of(new ThreadShare(9, "io", 1))));
    assertThat(read().samples()).containsExactly("server (7);io (9) [0, 5]");
  }

  @Test
  void aCallChainIsASampleOfCodeWithWhoAndWhereAsLabels() throws Exception {
    List<ThreadShare> threads = List.of(new ThreadShare(9, "io", 6));
    List<MappingShare> mappings = List.of(new MappingShare("[heap]", 8));
    LiveRound round = round(1, 100, mappings, threads);
    profile.round(SERVER, round);
    profile.stacks(
        SERVER,
        round,
        new RoundStacks(
            List.of(
                new StackShare(9, "[heap]", List.of(Code.STORE, Code.MAIN), false, 4),
                new StackShare(9, "[heap]", List.of(Code.NOWHERE), true, 1)),
            1));
    PprofFile read = read();
    assertThat(read.sampleTypes())
        .containsExactly("by_mapping/pages", "by_thread/pages", "by_stack/pages");
    assertThat(read.defaultSampleType()).isEqualTo("by_stack");
    assertThat(read.samples())
        .contains("server (7);[heap] [8, 0, 0]", "server (7);io (9) [0, 6, 0]")
        .endsWith(
            "main;store [0, 0, 4] process=server (7) thread=io (9) mapping=[heap]",
            "[cut off];[unknown] [0, 0, 1] process=server (7) thread=io (9) mapping=[heap]",
            "[others] [0, 0, 1] process=server (7)",
            "[not known] [0, 0, 2] process=server (7)");
    assertThat(read.mappings()).containsExactly("1 /bin/p 400000-500000 at 1000");
    assertThat(read.code()).containsExactly("store@400010 of 1", "main@400020 of 1");
    assertThat(read.comments())
        .contains(
            "by_stack: the call chain is known of 5 of 8 pages; 1 are of chains beyond those kept;"
                + " of 1 rounds 0 had no samples");
  }

  @Test
  void nothingIsAProfileToo() throws Exception {
    assertThat(read().samples()).isEmpty();
  }
}
