package io.github.dirtyrange.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.KernelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Types of a kernel made for the test, and of the one that runs. */
class BtfTest {

  private static final int INT = 1;
  private static final int PTR = 2;
  private static final int STRUCT = 4;
  private static final int ENUM = 6;
  private static final int TYPEDEF = 8;
  private static final int FUNC = 12;
  private static final int FUNC_PROTO = 13;

  /** A kernel of a few types: their numbers are 1 to 8 in this order. */
  private static byte[] small() {
    Types types = new Types();
    types.type("long", INT, 0, 8).word(64);
    types.type("", PTR, 0, 1);
    // A member without a name holds a long at 8 and another one at 16.
    types.type("", STRUCT, 2, 24).member("first", 1, 64).member("second", 1, 128);
    types
        .type("outer", STRUCT, 3, 40)
        .member("head", 2, 0)
        .member("", 3, 64)
        .member("named", 3, 128);
    types.type("flags", ENUM, 2, 4).constant("LOW", 3).constant("HIGH", 9);
    types.type("", FUNC_PROTO, 2, 1).parameter("a", 1).parameter("b", 2);
    types.type("do_it", FUNC, 0, 6);
    types.type("btf_trace_it_happens", TYPEDEF, 0, 2);
    return types.file();
  }

  @Test
  void findsFunctionsAndTheirParameters() {
    Btf btf = Btf.of(ByteBuffer.wrap(small()));
    assertThat(btf.types()).isEqualTo(8);
    assertThat(btf.function("do_it")).hasValue(7);
    assertThat(btf.parameters(7)).isEqualTo(2);
    assertThat(btf.function("outer")).isEmpty();
    assertThat(btf.tracepoint("it_happens")).hasValue(8);
    assertThat(btf.tracepoint("do_it")).isEmpty();
  }

  @Test
  void findsMembersInMembersWithoutNamesAndBehindPoints() {
    Btf btf = Btf.of(ByteBuffer.wrap(small()));
    assertThat(btf.member("outer", "head")).contains(new Btf.Member(0, 8));
    assertThat(btf.member("outer", "second")).contains(new Btf.Member(24, 8));
    assertThat(btf.member("outer", "named")).contains(new Btf.Member(16, 24));
    assertThat(btf.member("outer", "named.second")).contains(new Btf.Member(32, 8));
    assertThat(btf.member("outer", "third")).isEmpty();
    assertThat(btf.member("outer", "head.first")).isEmpty();
    assertThat(btf.member("inner", "head")).isEmpty();
  }

  @Test
  void findsConstants() {
    Btf btf = Btf.of(ByteBuffer.wrap(small()));
    assertThat(btf.constant("flags", "HIGH")).hasValue(9);
    assertThat(btf.constant("flags", "NONE")).isEmpty();
    assertThat(btf.constant("other", "HIGH")).isEmpty();
  }

  @Test
  void aLastTypeThatIsCutIsAnError() {
    byte[] bytes = small();
    // The length of the types: a last one of one byte, which made a table one entry too short.
    bytes[12] = 1;
    bytes[13] = 0;
    assertThatThrownBy(() -> Btf.of(ByteBuffer.wrap(bytes)))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("the last type is cut");
  }

  /** Every length: one error, and no other exception. */
  @Test
  void whatIsCutIsAnErrorOrStillReadable() {
    for (int length = 0; length < small().length; length++) {
      lookThrough(Arrays.copyOf(small(), length));
    }
  }

  /** Every value of every byte: one error, and no other exception. */
  @Test
  void whatIsChangedIsAnErrorOrStillReadable() {
    for (int place = 0; place < small().length; place++) {
      byte[] bytes = small();
      for (int value = 0; value < 256; value++) {
        bytes[place] = (byte) value;
        lookThrough(bytes);
      }
    }
  }

  @Property(tries = 500)
  void whatIsChangedInTwoPlacesAndCutIsAnErrorOrStillReadable(
      @ForAll @IntRange(max = 400) int length,
      @ForAll @IntRange(max = 400) int place,
      @ForAll byte value,
      @ForAll @IntRange(max = 23) int headerPlace,
      @ForAll byte headerValue) {
    byte[] bytes = Arrays.copyOf(small(), Math.min(length, small().length));
    if (place < bytes.length) {
      bytes[place] = value;
    }
    if (headerPlace < bytes.length) {
      bytes[headerPlace] = headerValue;
    }
    lookThrough(bytes);
  }

  private static void lookThrough(byte[] bytes) {
    try {
      Btf btf = Btf.of(ByteBuffer.wrap(bytes));
      btf.function("do_it").ifPresent(btf::parameters);
      btf.member("outer", "named.second");
      btf.constant("flags", "HIGH");
    } catch (KernelException e) {
      assertThat(e).hasMessageContaining("BTF");
    }
  }

  @Test
  void aFileThatIsNotThereNamesTheSetting() {
    assertThatThrownBy(() -> Btf.read(Path.of("no-such-file")))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("CONFIG_DEBUG_INFO_BTF");
  }

  @Test
  void theRunningKernelHasWhatHooksNeed() throws IOException {
    assumeTrue(Files.isReadable(Btf.RUNNING), "this kernel tells no types (BTF)");
    Btf btf = Btf.running();
    assertThat(btf.parameters(btf.function("handle_mm_fault").orElseThrow())).isEqualTo(4);
    assertThat(btf.member("vm_area_struct", "vm_start")).contains(new Btf.Member(0, 8));
    assertThat(btf.member("task_struct", "tgid").orElseThrow().bytes()).isEqualTo(4);
    assertThat(btf.constant("pageflags", "PG_locked")).hasValue(0);
  }

  /** Writes types as the kernel has them. */
  private static final class Types {
    private final ByteBuffer types = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
    private final StringBuilder strings = new StringBuilder("\0");

    Types type(String name, int kind, int count, int size) {
      types.putInt(name(name)).putInt(kind << 24 | count).putInt(size);
      return this;
    }

    Types word(int word) {
      types.putInt(word);
      return this;
    }

    Types member(String name, int type, int bits) {
      types.putInt(name(name)).putInt(type).putInt(bits);
      return this;
    }

    Types constant(String name, int value) {
      types.putInt(name(name)).putInt(value);
      return this;
    }

    Types parameter(String name, int type) {
      types.putInt(name(name)).putInt(type);
      return this;
    }

    private int name(String name) {
      if (name.isEmpty()) {
        return 0;
      }
      int at = strings.length();
      strings.append(name).append('\0');
      return at;
    }

    byte[] file() {
      byte[] text = strings.toString().getBytes(StandardCharsets.US_ASCII);
      ByteBuffer file =
          ByteBuffer.allocate(24 + types.position() + text.length).order(ByteOrder.LITTLE_ENDIAN);
      file.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
      file.putInt(0).putInt(types.position()).putInt(types.position()).putInt(text.length);
      return file.put(types.flip()).put(text).array();
    }
  }
}
