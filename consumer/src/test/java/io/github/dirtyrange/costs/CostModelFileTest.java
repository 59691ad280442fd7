package io.github.dirtyrange.costs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.CostModel;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

class CostModelFileTest {

  private static final String SCAN_PAGE =
      "{\"format\":\"dirtyrange-costs\",\"version\":1,\"costs\":[{\"step\":\"SCAN_PAGE\",%s}]}";

  @Property(tries = 200)
  void whatIsWrittenIsReadAgain(
      @ForAll Cost cost,
      @ForAll @DoubleRange(max = 1e9) double nanos,
      @ForAll String machine,
      @ForAll String source) {
    CostModel.Provenance from = new CostModel.Provenance("6.18", machine, "2026-11-23", source);
    CostModel model = CostModel.defaults().with(cost, new CostModel.Value(nanos, from));
    CostModel read = CostModelFile.parse(CostModelFile.render(model));
    for (Cost each : Cost.values()) {
      assertThat(read.value(each)).isEqualTo(model.value(each));
    }
  }

  @Property(tries = 500)
  void noTextDoesAnythingButSayWhatIsWrong(@ForAll String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CostModelFile.parse(text))
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().hasLineCount(1));
  }

  /** Cut off, or with one character replaced, it says what is wrong or gives a model. */
  @Property(tries = 500)
  void aDamagedFileIsRefusedOrRead(@ForAll int at, @ForAll char other) {
    String whole = CostModelFile.render(CostModel.defaults());
    int place = Math.floorMod(at, whole.length());
    parses(whole.substring(0, place));
    parses(whole.substring(0, place) + other + whole.substring(place + 1));
  }

  private static void parses(String text) {
    try {
      assertThat(CostModelFile.parse(text).nanos(Cost.SCAN_PAGE)).isNotNegative();
    } catch (IllegalArgumentException refused) {
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  @Example
  void aStepThatIsNotInItCostsWhatTheDefaultsSay() {
    CostModel read = CostModelFile.parse(SCAN_PAGE.formatted("\"nanos\":2.5"));
    assertThat(read.nanos(Cost.SCAN_PAGE)).isEqualTo(2.5);
    assertThat(read.value(Cost.SCAN_PAGE).provenance().machine()).isEqualTo("unknown");
    assertThat(read.value(Cost.COPY_PAGE)).isEqualTo(CostModel.defaults().value(Cost.COPY_PAGE));
  }

  @Example
  void saysWhatIsWrong() {
    refuses("", "is empty");
    refuses("null", "is empty");
    refuses("[1]", "is no cost model: it is not JSON of that shape at line 1 column 2");
    refuses("{\"costs\":7}", "is no cost model: it is not JSON of that shape");
    refuses("{format:'dirtyrange-costs'}", "is no cost model: it is not JSON of that shape");
    refuses(SCAN_PAGE.formatted("\"nanos\":\"x\""), "has a text at $.costs[0].nanos; it must be a");
    refuses(
        SCAN_PAGE.formatted("\"nanos\":1},{\"step\":\"A\\u001b[31m\\nX\""),
        "has an unknown step, A?[31m?X");
    refuses("{}", "is no cost model: \"format\" is not dirtyrange-costs");
    refuses("{\"format\":\"dirtyrange-costs\"}", "has no \"version\"");
    refuses("{\"format\":\"dirtyrange-costs\",\"version\":0}", "has no \"version\"");
    refuses("{\"format\":\"dirtyrange-costs\",\"version\":2}", "has version 2, which is newer");
    refuses("{\"format\":\"dirtyrange-costs\",\"version\":1}", "lacks \"costs\"");
    refuses(
        "{\"format\":\"dirtyrange-costs\",\"version\":1,\"costs\":[null]}",
        "has a step that is null");
    refuses(
        "{\"format\":\"dirtyrange-costs\",\"version\":1,\"costs\":[{\"step\":\"SLEEP\"}]}",
        "has an unknown step, SLEEP");
    refuses(SCAN_PAGE.formatted("\"unit\":\"page\""), "lacks \"nanos of SCAN_PAGE\"");
    refuses(SCAN_PAGE.formatted("\"nanos\":-1"), "says that SCAN_PAGE takes -1.0 ns");
    refuses(SCAN_PAGE.formatted("\"nanos\":1e12"), "says that SCAN_PAGE takes 1.0E12 ns");
    refuses(SCAN_PAGE.formatted("\"nanos\":1,\"unit\":\"call\""), "counts SCAN_PAGE by the call");
    refuses(
        SCAN_PAGE.formatted("\"nanos\":1},{\"step\":\"SCAN_PAGE\",\"nanos\":1"),
        "has SCAN_PAGE twice");
    refuses(SCAN_PAGE.formatted("\"nanos\":1,\"nanos\":900"), "has \"nanos\" twice in one object");
    refuses(
        SCAN_PAGE.formatted("\"nanos\":1}],\"costs\":[{\"step\":\"COPY_PAGE\",\"nanos\":1"),
        "has \"costs\" twice in one object");
    refuses(
        SCAN_PAGE.formatted("\"nanos\":\"5\""),
        "has a text at $.costs[0].nanos; it must be a number");
  }

  private static void refuses(String text, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CostModelFile.parse(text))
        .withMessageStartingWith(why);
  }
}
