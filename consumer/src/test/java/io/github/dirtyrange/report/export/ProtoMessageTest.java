package io.github.dirtyrange.report.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ProtoMessageTest {

  @Property
  void whatIsWrittenIsWhatProtobufReads(
      @ForAll @IntRange(min = 1, max = (1 << 29) - 1) int field,
      @ForAll long number,
      @ForAll String text)
      throws IOException {
    ProtoMessage inner = new ProtoMessage().number(field, number).packed(1, number, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ProtoMessage().message(field, inner).string(2, text).writeTo(bytes);

    UnknownFieldSet outer = UnknownFieldSet.parseFrom(bytes.toByteArray());
    UnknownFieldSet read =
        UnknownFieldSet.parseFrom(outer.getField(field).getLengthDelimitedList().get(0));
    assertThat(read.getField(field).getVarintList()).containsExactly(number);
    var packed = read.getField(1).getLengthDelimitedList().get(0).newCodedInput();
    assertThat(packed.readInt64()).isEqualTo(number);
    assertThat(packed.readInt64()).isEqualTo(1);
    assertThat(packed.isAtEnd()).isTrue();
    var strings = outer.getField(2).getLengthDelimitedList();
    assertThat(strings.get(strings.size() - 1).toByteArray())
        .isEqualTo(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
