@s3
Feature: Listings
  A listing shows what is there: all of it, once, in order.

  Background:
    Given an empty bucket

  @smoke
  Scenario: A listing follows every write and every deletion
    When I store a 1 KiB object as "b.txt"
    And I store a 2 KiB object as "a.txt"
    Then the bucket lists exactly "a.txt" and "b.txt"
    When I store a 2 KiB object as "a.txt"
    Then the bucket lists exactly "a.txt" and "b.txt"
    When I delete "b.txt"
    Then the bucket lists exactly "a.txt"
    And older programs list exactly what I stored

  Scenario: Older programs see every write and every deletion, too
    Given the objects "a.txt" and "b.txt"
    Then older programs list exactly what I stored
    When I store a 2 KiB object as "a.txt"
    Then older programs list exactly what I stored
    When I delete "b.txt"
    Then older programs list exactly what I stored

  Scenario: A listing is in the order of its names' bytes
    Given the objects "b", "B", "a10", "a2", "ä", "Z", "~" and "1"
    And the objects "日", "😀" and "￮"
    Then the bucket lists exactly what I stored
    And older programs list exactly what I stored
    And the bucket lists after "a2" exactly "b", "~", "ä", "日", "￮" and "😀"

  Scenario: A listing can be narrowed to names that begin alike
    Given the objects "2025.txt", "2026/06/a.txt", "2026/07/b.txt", "2026/07/c.txt" and "2026/readme.txt"
    Then the bucket lists under "2026/" exactly "2026/06/a.txt", "2026/07/b.txt", "2026/07/c.txt" and "2026/readme.txt"
    And the bucket lists under "2026/07/b" exactly "2026/07/b.txt"
    And the bucket lists exactly what I stored

  Scenario: Folders can be browsed
    Given the objects "2025.txt", "2025/old.txt", "2026/06/a.txt", "2026/07/b.txt" and "2026/readme.txt"
    Then the bucket shows at its top exactly "2025.txt", "2025/" and "2026/"
    And the folder "2026/" shows exactly "2026/06/", "2026/07/" and "2026/readme.txt"
    And the folder "2026/07/" shows exactly "2026/07/b.txt"
    And the folder "2026/0" shows exactly "2026/06/" and "2026/07/"

  Scenario: Pages of a listing hold everything once
    Given 11 objects of 100 B
    Then the bucket lists exactly what I stored in pages of 5
    And the bucket lists exactly what I stored in pages of 11
    And the bucket lists exactly what I stored in pages of 1
    And older programs list exactly what I stored in pages of 5
    And older programs list exactly what I stored in pages of 11

  Scenario: A listing can be narrowed to names of any letters
    Given the objects "Köln/1+1.txt", "Köln/1 1.txt", "Köln/100%.txt" and "Koeln/1.txt"
    Then the bucket lists under "Köln/" exactly "Köln/1 1.txt", "Köln/1+1.txt" and "Köln/100%.txt"
    And the bucket lists under "Köln/1+" exactly "Köln/1+1.txt"
    And the bucket shows, grouped at "/", exactly "Koeln/" and "Köln/"

  Scenario: Pages of a listing go on after names of any letters
    Given the objects "ü b/c+d.txt", "ü b/e%.txt", "ü b/f&g.txt" and "ü b/h.txt"
    Then the bucket lists exactly what I stored in pages of 1
    And the bucket lists after "ü b/c+d.txt" exactly "ü b/e%.txt", "ü b/f&g.txt" and "ü b/h.txt"

  @needs.exact-pages
  Scenario: Pages for older programs go on after names of any letters
    Given the objects "ü b/c+d.txt", "ü b/e%.txt", "ü b/f&g.txt" and "ü b/h.txt"
    Then older programs list exactly what I stored in pages of 1
    And older programs list exactly what I stored in pages of 3
    And the folder "ü b/" shows exactly "ü b/c+d.txt", "ü b/e%.txt", "ü b/f&g.txt" and "ü b/h.txt"

  Scenario: A bucket with more than 1,000 objects lists them all
    When I store 1003 objects of 16 B, several at once
    Then the bucket lists exactly what I stored
    And older programs list exactly what I stored
    And the bucket lists exactly what I stored in pages of 501

  Scenario: Names can be grouped at any sign
    Given the objects "2025-06-01.log", "2025-07-01.log", "2026-01-01.log" and "readme.txt"
    Then the bucket shows, grouped at "-", exactly "2025-", "2026-" and "readme.txt"
    And the bucket shows, grouped at "5-", exactly "2025-", "2026-01-01.log" and "readme.txt"

  @needs.exact-pages
  Scenario: Pages of grouped names hold each group once
    Given the objects "2025-06-01.log", "2025-07-01.log", "2026-01-01.log", "2026-02-01.log" and "readme.txt"
    Then the bucket shows, grouped at "-" and in pages of 2, exactly "2025-", "2026-" and "readme.txt"
    And the bucket shows, grouped at "-" and in pages of 1, exactly "2025-", "2026-" and "readme.txt"
