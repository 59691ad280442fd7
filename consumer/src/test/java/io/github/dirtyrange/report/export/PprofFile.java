package io.github.dirtyrange.report.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A pprof profile as protobuf's own parser reads it, by the field numbers of profile.proto. */
public final class PprofFile {

  private final Message profile;
  private final List<String> strings = new ArrayList<>();
  private final Map<Long, String> functions = new HashMap<>();
  private final Map<Long, String> locations = new HashMap<>();

  /** Parses a file, and holds that every field of it is known. */
  public PprofFile(byte[] bytes) throws Exception {
    try (GZIPInputStream unzipped = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      profile = DynamicMessage.parseFrom(descriptor(), unzipped);
    }
    Fields.assertKnown(profile);
    ((List<?>) profile.getField(profile.getDescriptorForType().findFieldByName("string_table")))
        .forEach(each -> strings.add(each.toString()));
    assertThat(strings.get(0)).isEmpty();
    for (Message function : Fields.messages(profile, "function")) {
      functions.put(Fields.number(function, "id"), string(function, "name"));
    }
    for (Message location : Fields.messages(profile, "location")) {
      Message line = Fields.messages(location, "line").get(0);
      locations.put(
          Fields.number(location, "id"), functions.get(Fields.number(line, "function_id")));
    }
    assertThat(locations).doesNotContainKey(0L);
  }

  private static Descriptor descriptor() throws Exception {
    return new Schema()
        .message(
            "Profile",
            "1 sample_type repeated ValueType",
            "2 sample repeated Sample",
            "3 mapping repeated Mapping",
            "4 location repeated Location",
            "5 function repeated Function",
            "6 string_table repeated string",
            "9 time_nanos int64",
            "10 duration_nanos int64",
            "13 comment repeated int64",
            "14 default_sample_type int64")
        .message("ValueType", "1 type int64", "2 unit int64")
        .message(
            "Sample",
            "1 location_id repeated uint64",
            "2 value repeated int64",
            "3 label repeated Label")
        .message("Label", "1 key int64", "2 str int64")
        .message(
            "Mapping",
            "1 id uint64",
            "2 memory_start uint64",
            "3 memory_limit uint64",
            "4 file_offset uint64",
            "5 filename int64",
            "7 has_functions bool")
        .message(
            "Location",
            "1 id uint64",
            "2 mapping_id uint64",
            "3 address uint64",
            "4 line repeated Line")
        .message("Line", "1 function_id uint64")
        .message("Function", "1 id uint64", "2 name int64", "3 system_name int64")
        .named("Profile");
  }

  private String string(Message message, String field) {
    return strings.get((int) Fields.number(message, field));
  }

  List<String> sampleTypes() {
    return Fields.messages(profile, "sample_type").stream()
        .map(type -> string(type, "type") + "/" + string(type, "unit"))
        .toList();
  }

  /** {@return each sample, the outermost frame first: "server (7);[heap] [10, 0]"} */
  public List<String> samples() {
    return Fields.messages(profile, "sample").stream().map(this::sample).toList();
  }

  private String sample(Message sample) {
    List<String> frames = new ArrayList<>();
    Fields.numbers(sample, "location_id").forEach(id -> frames.add(locations.get(id)));
    assertThat(frames).doesNotContainNull();
    Collections.reverse(frames);
    return String.join(";", frames) + " " + Fields.numbers(sample, "value") + labels(sample);
  }

  private String labels(Message sample) {
    StringBuilder labels = new StringBuilder();
    for (Message label : Fields.messages(sample, "label")) {
      labels.append(' ').append(string(label, "key")).append('=').append(string(label, "str"));
    }
    return labels.toString();
  }

  /** {@return each location that is code: "main@401000 of 1", the number being its mapping's} */
  List<String> code() {
    return Fields.messages(profile, "location").stream()
        .filter(location -> Fields.number(location, "mapping_id") != 0)
        .map(
            location ->
                locations.get(Fields.number(location, "id"))
                    + "@"
                    + Long.toHexString(Fields.number(location, "address"))
                    + " of "
                    + Fields.number(location, "mapping_id"))
        .toList();
  }

  /** {@return each mapping: "1 /bin/p 400000-500000 at 1000"} */
  List<String> mappings() {
    return Fields.messages(profile, "mapping").stream()
        .map(
            mapping ->
                "%d %s %x-%x at %x"
                    .formatted(
                        Fields.number(mapping, "id"),
                        string(mapping, "filename"),
                        Fields.number(mapping, "memory_start"),
                        Fields.number(mapping, "memory_limit"),
                        Fields.number(mapping, "file_offset")))
        .toList();
  }

  List<String> comments() {
    return Fields.numbers(profile, "comment").stream()
        .map(each -> strings.get(each.intValue()))
        .toList();
  }

  String defaultSampleType() {
    return string(profile, "default_sample_type");
  }

  long number(String field) {
    return Fields.number(profile, field);
  }
}
