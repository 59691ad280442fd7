package io.github.dirtyrange.report.live;

import com.google.gson.Gson;
import com.google.gson.stream.JsonWriter;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.live.result.ChangedRegions;
import it.unimi.dsi.fastutil.longs.Long2ObjectMap;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes the regions of a round as JSON. There may be a thousand a second for hours: each is put
 * together as one piece of text, which is several times as cheap as piece by piece; names and
 * categories, of which there are few, are made into JSON once.
 */
final class RegionJson implements ChangedRegions.Visitor {

  private static final String HEX = "0123456789abcdef";

  private final Gson gson;
  private final JsonWriter json;
  private final StringBuilder text = new StringBuilder();
  private final Long2ObjectMap<String> categories = new Long2ObjectOpenHashMap<>();
  private String lastMapping = "";
  private String lastMappingJson = "\"\"";

  RegionJson(Gson gson, JsonWriter json) {
    this.gson = gson;
    this.json = json;
  }

  @Override
  public void region(
      long startVpn, long endVpn, long changed, long now, long known, String mapping) {
    text.setLength(0);
    text.append("{\"start\":\"0x");
    appendHex(Pages.address(startVpn));
    text.append("\",\"end\":\"0x");
    appendHex(Pages.address(endVpn));
    text.append("\",\"changed\":").append(names(changed));
    text.append(",\"now\":").append(known == 0 ? "null" : names(now & known));
    text.append(",\"mapping\":").append(mappingJson(mapping)).append('}');
    try {
      json.jsonValue(text.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends a number as {@link Long#toHexString} writes it. */
  private void appendHex(long value) {
    int digits = Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 3) / 4);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      text.append(HEX.charAt((int) (value >>> shift) & 0xf));
    }
  }

  private String names(long mask) {
    String names = categories.get(mask);
    if (names == null) {
      names = namesJson(mask);
      categories.put(mask, names);
    }
    return names;
  }

  private String namesJson(long mask) {
    return gson.toJson(mask == 0 ? List.of() : List.of(Categories.toString(mask).split("\\|")));
  }

  private String mappingJson(String mapping) {
    if (!mapping.equals(lastMapping)) {
      lastMapping = mapping;
      lastMappingJson = gson.toJson(mapping);
    }
    return lastMappingJson;
  }
}
