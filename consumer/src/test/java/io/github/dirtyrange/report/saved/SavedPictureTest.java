package io.github.dirtyrange.report.saved;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.inspect.MemoryFacts;
import io.github.dirtyrange.inspect.MemorySummary;
import io.github.dirtyrange.report.saved.ShowReport.Shown;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.MadeStore;
import io.github.dirtyrange.store.Plan;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.NotEmpty;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class SavedPictureTest {

  private static final int PATTERNS = 7;

  /** What is unchanged since a page was untouched is untouched, too. */
  private static final Set<PageClass> WITH_CONTENT =
      EnumSet.complementOf(EnumSet.of(PageClass.NOTHING, PageClass.PARENT));

  private static Shown shown(long number, SavedMemory memory) {
    return new Shown(
        new MemoryFacts(
            number,
            memory,
            Optional.empty(),
            Optional.empty(),
            number == 1 ? OptionalLong.empty() : OptionalLong.of(number - 1),
            OptionalInt.empty(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty()),
        MemorySummary.of(memory));
  }

  /** Throws what is wrong with it. */
  private static Document parsed(String svg) throws Exception {
    DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
    builder.setErrorHandler(null);
    return builder.parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
  }

  private static List<Element> elements(Document document, String name) {
    NodeList all = document.getElementsByTagName(name);
    return IntStream.range(0, all.getLength()).mapToObj(i -> (Element) all.item(i)).toList();
  }

  @Provide
  Arbitrary<List<Plan>> programs() {
    return Plan.programs();
  }

  /** Cells say of a class what all its pages are, and none is left out but what nobody touched. */
  @Property(tries = 40)
  void everyPageIsCounted(@ForAll("programs") List<Plan> plans) throws Exception {
    try (MadeStore made = MadeStore.of(plans)) {
      List<Shown> all =
          made.store().generations().stream().map(each -> shown(each.number(), each)).toList();
      Document picture = parsed(SavedPicture.svg(all));
      String titles =
          String.join(
              "\n", elements(picture, "title").stream().map(Element::getTextContent).toList());
      for (PageClass each : WITH_CONTENT) {
        long due = all.stream().mapToLong(of -> of.summary().counts().of(each)).sum();
        assertThat(counted(titles, PictureStyle.name(each))).as(each.name()).isEqualTo(due);
      }
    }
  }

  private static long counted(String titles, String name) {
    return Pattern.compile("(?:: |, )" + name + " ([0-9,]+)(?=,|\n|$)")
        .matcher(titles)
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1).replace(",", "")))
        .sum();
  }

  @Example
  void howeverMuchThereIsThePictureIsBounded() throws Exception {
    try (MadeStore made = MadeStore.empty()) {
      List<Shown> all = new ArrayList<>();
      Optional<Generation> parent = Optional.empty();
      for (int i = 0; i < 70; i++) {
        int written = i;
        Generation generation =
            made.add(
                64,
                parent,
                writer -> {
                  for (int mapping = 0; mapping < 200; mapping++) {
                    long start = mapping * 100L;
                    writer.mapping(MadeStore.anonymous(start, start + 40, "m" + mapping));
                    writer.data(start, ByteBuffer.allocate(64).put(3, (byte) written));
                    writer.zero(start + 1, start + 40);
                  }
                });
        all.add(shown(i + 1, generation));
        parent = Optional.of(generation);
      }
      String svg = SavedPicture.svg(all);
      assertThat(elements(parsed(svg), "rect"))
          .hasSizeBetween(
              SavedPicture.MOST_ROWS,
              2 * SavedPicture.MOST_ROWS * SavedPicture.MOST_COLUMNS + 2 * PATTERNS + 8);
      assertThat(svg.length()).isLessThan(1_000_000);
      assertThat(svg).contains("generations 1 to 3, from");
    }
  }

  /** A terabyte that nobody touched does not hide the page that somebody did. */
  @Example
  void whatNobodyTouchedIsLeftOut() throws Exception {
    try (MadeStore made = MadeStore.empty()) {
      long page = 123_456_789L;
      Generation generation =
          made.add(
              4096,
              Optional.empty(),
              writer -> {
                writer.mapping(MadeStore.anonymous(10, 1L << 40, ""));
                writer.nothing(10, page);
                writer.data(page, ByteBuffer.allocate(4096).put(0, (byte) 1));
                writer.nothing(page + 1, 1L << 40);
              });
      Document picture = parsed(SavedPicture.svg(List.of(shown(1, generation))));
      assertThat(elements(picture, "title"))
          .extracting(Element::getTextContent)
          .contains("generation 1, from 0x" + Long.toHexString(page * 4096) + ": data 1");
    }
  }

  @Property(tries = 200)
  void namesDoNotBreakIt(@ForAll @NotEmpty String name) throws Exception {
    assertThat(parsed("<t a=\"" + SavedPicture.escaped(name) + "\"/>").getDocumentElement())
        .isNotNull();
    assertThat(SavedPicture.escaped("<a&b>\u0000\ufffe\"")).isEqualTo("&lt;a&amp;b&gt;??&quot;");
  }

  @Example
  void aStoreWithoutAGenerationHasAPicture() throws Exception {
    assertThat(elements(parsed(SavedPicture.svg(List.of())), "text")).isNotEmpty();
  }

  /** Each class that is there is in the legend, in words and with its pattern. */
  @Example
  void theLegendHasEachClass() throws Exception {
    try (MadeStore made = MadeStore.small()) {
      List<Shown> all =
          made.store().generations().stream().map(each -> shown(each.number(), each)).toList();
      String svg = SavedPicture.svg(all);
      for (PageClass each : PageClass.values()) {
        assertThat(svg)
            .contains(PictureStyle.meaning(each))
            .contains("." + PictureStyle.name(each) + "{fill:url(#p-" + PictureStyle.name(each));
      }
      assertThat(svg).contains("prefers-color-scheme:dark");
    }
  }
}
