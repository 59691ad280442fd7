package io.github.dirtyrange.lab.survey.result;

import java.util.List;

/**
 * A mapped size of a survey, and how much of it is changed at its points.
 *
 * @param mappedPages pages mapped and populated
 * @param dirtyPages how many are written in a round, ascending, each number once
 */
public record SurveySize(long mappedPages, List<Integer> dirtyPages) {

  /** Copies the list and checks the numbers. */
  public SurveySize {
    dirtyPages = List.copyOf(dirtyPages);
    if (mappedPages < 1) {
      throw new IllegalArgumentException(mappedPages + " mapped pages");
    }
    int least = 1;
    for (int pages : dirtyPages) {
      if (pages < least || pages > mappedPages) {
        throw new IllegalArgumentException(
            pages + " of " + mappedPages + " pages changed, where " + least + " or more may be");
      }
      least = pages + 1;
    }
  }
}
