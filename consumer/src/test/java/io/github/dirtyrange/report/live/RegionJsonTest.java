package io.github.dirtyrange.report.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.stream.JsonWriter;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import java.io.IOException;
import java.io.StringWriter;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;

class RegionJsonTest {

  private final Gson gson = new Gson();

  @Property
  void anAddressIsWrittenInHexadecimalDigits(
      @ForAll @LongRange(min = 0, max = 1L << 44) long startVpn,
      @ForAll @LongRange(min = 1, max = 1L << 20) long pages)
      throws IOException {
    JsonObject region = written(startVpn, startVpn + pages, "a \"name\"");

    assertThat(region.get("start").getAsString())
        .isEqualTo("0x" + Long.toHexString(Pages.address(startVpn)));
    assertThat(region.get("end").getAsString())
        .isEqualTo("0x" + Long.toHexString(Pages.address(startVpn + pages)));
    assertThat(region.get("mapping").getAsString()).isEqualTo("a \"name\"");
    assertThat(region.get("changed").getAsString()).isEqualTo("WRITTEN");
    assertThat(region.get("now").isJsonNull()).isTrue();
  }

  private JsonObject written(long startVpn, long endVpn, String mapping) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setSerializeNulls(true);
      new RegionJson(gson, json).region(startVpn, endVpn, Categories.WRITTEN, 0, 0, mapping);
    }
    return gson.fromJson(text.toString(), JsonObject.class);
  }
}
