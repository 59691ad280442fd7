package io.github.dirtyrange.report.html;

import java.util.List;

/**
 * What a page shows, as its script reads it: the member names are those of the JSON.
 *
 * @param title the heading
 * @param lead sentences that say what came out, the most important first
 * @param origin where the numbers come from
 * @param facts of what, on what
 * @param charts pictures, each with its numbers
 * @param tables further numbers
 */
record Page(
    String title,
    List<String> lead,
    Origin origin,
    List<Fact> facts,
    List<Chart> charts,
    List<Table> tables) {

  Page {
    lead = List.copyOf(lead);
    facts = List.copyOf(facts);
    charts = List.copyOf(charts);
    tables = List.copyOf(tables);
  }

  /** A name and what it stands for. */
  record Fact(String name, String value) {}
}
