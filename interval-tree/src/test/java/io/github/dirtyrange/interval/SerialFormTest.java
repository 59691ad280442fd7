package io.github.dirtyrange.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SerialFormTest {

  @Property
  void readsBackWhatWasWritten(@ForAll("maps") PageIntervalMap map) throws IOException {
    byte[] bytes = bytesOf(map);
    ByteArrayInputStream in = new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length + 3));
    assertThat(SerialForm.read(in)).isEqualTo(map);
    assertThat(in.available()).isEqualTo(3);
  }

  @Property
  void equalMapsHaveEqualBytes(@ForAll("maps") PageIntervalMap map) throws IOException {
    PageIntervalMap copy = new TreeIntervalMap();
    copy.addAll(map);
    assertThat(bytesOf(copy)).isEqualTo(bytesOf(map));
  }

  @Property
  void refusesEveryChangedByte(@ForAll("maps") PageIntervalMap map, @ForAll long seed)
      throws IOException {
    Random random = new Random(seed);
    byte[] bytes = bytesOf(map);
    bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
    assertThatThrownBy(() -> read(bytes)).isInstanceOf(CorruptMapException.class);
  }

  @Property
  void refusesEveryShortenedForm(@ForAll("maps") PageIntervalMap map, @ForAll long seed)
      throws IOException {
    byte[] bytes = bytesOf(map);
    int length = new Random(seed).nextInt(bytes.length);
    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, length)))
        .isInstanceOf(CorruptMapException.class)
        .hasMessageStartingWith("not a page interval map: ");
  }

  @Example
  void hasTheBytesThatTheFormatSays() throws IOException {
    PageIntervalMap map = PageIntervalMap.create();
    map.add(300, 302, 5);
    map.add(302, 303, 6);
    map.add(310, 311, 5);
    assertThat(HexFormat.of().formatHex(bytesOf(map)))
        .startsWith(
            "4452504d"
                + "01"
                + "03"
                + "ac02"
                + "01"
                + "00"
                + "0000000000000005"
                + "00"
                + "00"
                + "01"
                + "0000000000000006"
                + "07"
                + "00"
                + "00")
        .hasSize(2 * 36);
  }

  @Example
  void namesWhatIsWrong() {
    assertThatThrownBy(() -> read(new byte[9])).hasMessageContaining("DRPM");
    assertThatThrownBy(() -> read(HexFormat.of().parseHex("4452504d0200")))
        .hasMessageContaining("version 2 is unknown");
    assertThatThrownBy(() -> read(HexFormat.of().parseHex("4452504d018000")))
        .hasMessageContaining("longer than it needs");
  }

  @Provide
  Arbitrary<PageIntervalMap> maps() {
    return Arbitraries.of(Space.WIDE)
        .flatMap(space -> space.ranges().list().ofMaxSize(40))
        .map(SerialFormTest::mapOf);
  }

  private static PageIntervalMap mapOf(List<MaskedRange> ranges) {
    PageIntervalMap map = PageIntervalMap.create();
    ranges.forEach(range -> map.add(range.startVpn(), range.endVpn(), range.mask()));
    return map;
  }

  private static byte[] bytesOf(PageIntervalMap map) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SerialForm.write(map, out);
    return out.toByteArray();
  }

  private static PageIntervalMap read(byte[] bytes) throws IOException {
    return SerialForm.read(new ByteArrayInputStream(bytes));
  }
}
