package io.github.dirtyrange.interval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.interval.staged.IntervalMaps;
import io.github.dirtyrange.interval.staged.Space;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SerialFormTest {

  private static final String ONE = "0000000000000001";

  /** 2^52 - 5 as a number of pages less 1, one more than fit behind page 5. */
  private static final String MAX_VPN_LESS_5 = "fbffffffffffff07";

  @Property
  void readsBackWhatWasWritten(@ForAll("maps") PageIntervalMap map) throws IOException {
    byte[] bytes = bytesOf(map);
    ByteArrayInputStream in = new ByteArrayInputStream(Arrays.copyOf(bytes, bytes.length + 3));
    assertThat(SerialForm.read(in, IntervalMaps::create)).isEqualTo(map);
    assertThat(in.available()).isEqualTo(3);
  }

  @Property
  void equalMapsHaveEqualBytes(@ForAll("maps") PageIntervalMap map) throws IOException {
    PageIntervalMap copy = IntervalMaps.bounded(1 << 17, Space.FREE_BIT);
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
    PageIntervalMap map = IntervalMaps.create();
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

  @Example
  void refusesFormsThatNoMapWrites() {
    refuses("should be one", "02" + "05" + "00" + "00" + ONE + "00" + "00" + "00");
    refuses("beyond page 2^52", "01" + "05" + MAX_VPN_LESS_5 + "00" + ONE);
    refuses("beyond page 2^52", "01" + "80808080808080" + "08" + "00" + "00" + ONE);
    refuses("numbered wrongly", "01" + "05" + "00" + "01" + ONE);
    refuses("numbered wrongly", "01" + "05" + "00" + "00" + "0000000000000000");
    refuses("numbered wrongly", "02" + "05" + "00" + "00" + ONE + "05" + "00" + "01" + ONE);
    refuses("longer than it needs", "01" + "8080808080808080" + "01");
    refuses("longer than it needs", "01" + "8500");
  }

  @Example
  void readsTheLargestMapThereIs() throws IOException {
    PageIntervalMap map = IntervalMaps.create();
    map.add(0, PageIntervalMap.MAX_VPN, 1);
    assertThat(read(bytesOf(map))).isEqualTo(map);
    PageIntervalMap parts = IntervalMaps.create();
    parts.add(0, 1L << 51, 1);
    parts.add(1L << 51, PageIntervalMap.MAX_VPN, 2);
    assertThat(read(bytesOf(parts))).isEqualTo(parts);
  }

  @Example
  void numbersManyMasks() throws IOException {
    PageIntervalMap map = IntervalMaps.create();
    for (int mask = 1; mask < 400; mask++) {
      map.add(mask, mask);
      map.add(1000 + mask, mask);
    }
    assertThat(read(bytesOf(map))).isEqualTo(map);
    assertThat(bytesOf(map)).hasSize(5 + 2 + 798 * 2 + 1 + 2 * (128 + 2 * 271) + 399 * 8 + 4);
  }

  @Example
  void passesOnTheFailureOfAStream() {
    IOException full = new IOException("no space left");
    OutputStream failing =
        new OutputStream() {
          private int room = 20;

          @Override
          public void write(int unit) throws IOException {
            if (room-- == 0) {
              throw full;
            }
          }
        };
    PageIntervalMap map = mapOf(List.of(new MaskedRange(3, 4, 1), new MaskedRange(5, 9, 2)));
    assertThatThrownBy(() -> SerialForm.write(map, failing)).isSameAs(full);
  }

  /** Each is looked for among all that came before. */
  @Example
  void readsAHundredThousandDistinctMasks() throws IOException {
    PageIntervalMap map = IntervalMaps.bounded(1 << 23, Space.FREE_BIT);
    for (int i = 1; i <= 100_000; i++) {
      map.add(2L * i, i);
    }
    assertThat(read(bytesOf(map))).isEqualTo(map);
  }

  @Example
  void flushesWhatItWrites() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PageIntervalMap map = mapOf(List.of(new MaskedRange(3, 4, 1)));
    SerialForm.write(map, new BufferedOutputStream(bytes));
    assertThat(bytes.toByteArray()).isEqualTo(bytesOf(map));
  }

  private static void refuses(String reason, String hex) {
    byte[] content = HexFormat.of().parseHex("4452504d01" + hex);
    CRC32C checksum = new CRC32C();
    checksum.update(content);
    byte[] bytes =
        ByteBuffer.allocate(content.length + 4)
            .put(content)
            .putInt((int) checksum.getValue())
            .array();
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(CorruptMapException.class)
        .hasMessageContaining(reason);
  }

  @Provide
  Arbitrary<PageIntervalMap> maps() {
    return Arbitraries.of(Space.WIDE)
        .flatMap(space -> space.ranges().list().ofMaxSize(40))
        .map(SerialFormTest::mapOf);
  }

  private static PageIntervalMap mapOf(List<MaskedRange> ranges) {
    PageIntervalMap map = IntervalMaps.create();
    ranges.forEach(range -> map.add(range.startVpn(), range.endVpn(), range.mask()));
    return map;
  }

  private static byte[] bytesOf(PageIntervalMap map) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SerialForm.write(map, out);
    return out.toByteArray();
  }

  private static PageIntervalMap read(byte[] bytes) throws IOException {
    return SerialForm.read(new ByteArrayInputStream(bytes), IntervalMaps::create);
  }
}
