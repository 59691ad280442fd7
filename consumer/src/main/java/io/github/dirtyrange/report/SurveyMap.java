package io.github.dirtyrange.report;

import io.github.dirtyrange.kernel.OneLine;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.lab.survey.result.MeasuredPoint;
import io.github.dirtyrange.lab.survey.result.Spread;
import io.github.dirtyrange.lab.survey.result.SurveyKernel;
import io.github.dirtyrange.lab.survey.result.SurveyPoint;
import io.github.dirtyrange.lab.survey.result.SurveyResult;
import io.github.dirtyrange.lab.survey.result.SurveyRow;
import io.github.dirtyrange.lab.survey.result.SurveySize;
import io.github.dirtyrange.track.Strategy;
import io.github.dirtyrange.workload.PagePattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Which strategy is cheapest where: a line a mapped size, a letter a point. */
final class SurveyMap {

  private static final char UNMEASURED = '.';

  private SurveyMap() {}

  /**
   * Appends a map for each kernel and pattern. The perfect tracker, the floor, does not compete.
   */
  static void append(StringBuilder text, SurveyResult result) {
    for (SurveyKernel kernel : result.plan().kernels()) {
      Map<String, Character> letters = letters(kernel);
      if (letters.size() < 2) {
        continue;
      }
      text.append("\ncheapest by total, ").append(OneLine.of(kernel.name())).append(": ");
      text.append(
          letters.entrySet().stream()
              .map(each -> Character.toUpperCase(each.getValue()) + " " + OneLine.of(each.getKey()))
              .collect(Collectors.joining(", ")));
      text.append("\n(a small letter where the next one is within the spread)\n");
      for (PagePattern pattern : result.plan().patterns()) {
        append(text, result, kernel.name(), pattern, letters);
      }
    }
  }

  private static void append(
      StringBuilder text,
      SurveyResult result,
      String kernel,
      PagePattern pattern,
      Map<String, Character> letters) {
    int columns =
        result.plan().sizes().stream().mapToInt(size -> size.dirtyPages().size()).max().orElse(0);
    TextTable table = new TextTable();
    for (SurveySize size : result.plan().sizes()) {
      List<String> row = new ArrayList<>();
      row.add(pattern.label() + "  " + Units.bytes(Pages.address(size.mappedPages())));
      for (int dirtyPages : size.dirtyPages()) {
        SurveyPoint point = new SurveyPoint(kernel, size.mappedPages(), pattern, dirtyPages);
        row.add(
            Units.count(dirtyPages)
                + " "
                + result.at(point).map(at -> letter(at, letters)).orElse(UNMEASURED));
      }
      while (row.size() <= columns) {
        row.add("");
      }
      table.row(row);
    }
    StringBuilder lines = new StringBuilder();
    table.appendTo(lines);
    lines.toString().lines().forEach(line -> text.append(line.stripTrailing()).append('\n'));
  }

  private static char letter(MeasuredPoint measured, Map<String, Character> letters) {
    List<SurveyRow> ranked =
        measured.rows().stream()
            .filter(row -> letters.containsKey(row.name()))
            .sorted(Comparator.comparingDouble(row -> measured.total(row).median()))
            .toList();
    char letter = letters.getOrDefault(ranked.get(0).name(), UNMEASURED);
    Spread best = measured.total(ranked.get(0));
    boolean clear = ranked.size() < 2 || best.high() < measured.total(ranked.get(1)).low();
    return clear ? Character.toUpperCase(letter) : letter;
  }

  /** A letter of each name: of its last word where that is free. */
  private static Map<String, Character> letters(SurveyKernel kernel) {
    Map<String, Character> letters = new LinkedHashMap<>();
    for (String name : kernel.rowNames()) {
      if (name.equals(Strategy.PERFECT.label())) {
        continue;
      }
      String word = name.substring(Math.max(name.lastIndexOf('-'), name.lastIndexOf(':')) + 1);
      (word + name + "abcdefghijklmnopqrstuvwxyz")
          .toLowerCase(Locale.ROOT)
          .chars()
          .mapToObj(letter -> (char) letter)
          .filter(letter -> Character.isLetter(letter) && !letters.containsValue(letter))
          .findFirst()
          .ifPresent(letter -> letters.put(name, letter));
    }
    return letters;
  }
}
