package io.github.dirtyrange.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrictJsonTest {

  private static final Gson GSON = StrictJson.builder().create();

  /** One of each type. */
  private record Shape(
      @Nullable String text,
      @Nullable Long count,
      double nanos,
      @Nullable Boolean yes,
      @Nullable List<@Nullable Integer> list,
      @Nullable Map<String, Long> counts,
      @Nullable Shape inner) {}

  @Property
  void whatIsWrittenIsReadAgain(
      @ForAll String text, @ForAll long count, @ForAll boolean yes, @ForAll List<Integer> list) {
    Shape inner = new Shape(text, count, 0.5, yes, List.copyOf(list), Map.of("7", count), null);
    Shape shape = new Shape(null, null, -1e300, null, null, null, inner);
    assertThat(StrictJson.read(GSON, GSON.toJson(shape), Shape.class)).isEqualTo(shape);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'count':1,'count':1} | has \"count\" twice in one object",
        "{'inner':{'count':1,'text':'','count':1}} | has \"count\" twice in one object",
        "{'unknown':{'a':1,'a':1}} | has \"a\" twice",
        "{'unknown':[[],{'a':1,'\\u0061':2}]} | has \"a\" twice",
        "{'list':[],'list':[1]} | has \"list\" twice",
        "{'count':'1'} | has a text at $.count; it must be a number",
        "{'nanos':'1'} | has a text at $.nanos; it must be a number",
        "{'list':[1,'2']} | has a text at $.list[1]; it must be a number",
        "{'counts':{'a':'1'}} | has a text at $.counts.; it must be a number",
        "{'text':1} | has a number at $.text; it must be a text",
        "{'text':true} | has true or false at $.text; it must be a text",
        "{'yes':'true'} | has a text at $.yes; it must be true or false",
        "{'yes':1} | has a number at $.yes; it must be true or false",
        "{'inner':{'count':[1]}} | has a list at $.inner.count; it must be a number",
        "{'inner':{'count':{}}} | has an object at $.inner.count; it must be a number"
      })
  void whatIsTwiceOrOfAnotherTypeIsRefused(String text, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StrictJson.read(GSON, text.replace('\'', '"'), Shape.class))
        .withMessageStartingWith(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"{", "[]", "{'count':1.5}", "{'counts':{'a':1,'a':1}}", "{'nanos':NaN}", "{} {}"})
  void whatIsNoJsonOfTheShapeIsRefused(String text) {
    assertThatThrownBy(() -> StrictJson.read(GSON, text.replace('\'', '"'), Shape.class))
        .isInstanceOfAny(
            JsonParseException.class, NumberFormatException.class, IllegalArgumentException.class);
  }

  @Test
  void anObjectOfTheSameNamesElsewhereIsNoSecondOne() {
    String text = "{\"count\":1,\"inner\":{\"count\":2},\"counts\":{\"count\":3}}";
    Shape inner = new Shape(null, 2L, 0, null, null, null, null);
    assertThat(StrictJson.read(GSON, text, Shape.class))
        .isEqualTo(new Shape(null, 1L, 0, null, null, Map.of("count", 3L), inner));
  }

  @Test
  void countsAreSuchThatTheirSumsAreNumbers() {
    assertThat(StrictJson.count(0, "pages")).isZero();
    assertThat(StrictJson.count(1L << 50, "pages")).isEqualTo(1L << 50);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StrictJson.count(Long.MAX_VALUE, "pages"))
        .withMessage("says that \"pages\" is 9223372036854775807");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> StrictJson.count(-1, "pages"))
        .withMessage("says that \"pages\" is -1");
  }
}
