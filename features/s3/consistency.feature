@s3
Feature: Consistency
  What one program does, every other one sees at once.

  Background:
    Given an empty bucket

  Scenario: A new object is seen by others at once
    When I store an object as "new.txt"
    Then other connections read "new.txt" unchanged at once
    And other connections are told the size of "new.txt" at once
    And other connections list exactly what I stored at once

  Scenario: An object that others looked for in vain is seen once it is stored
    Given other connections do not find "late.txt"
    When I store an object as "late.txt"
    Then other connections read "late.txt" unchanged at once
    And other connections are told the size of "late.txt" at once
    And other connections list exactly what I stored at once

  Scenario: New content is seen by others at once
    Given an object "page.html"
    And other connections read "page.html" unchanged at once
    When I store a 2 KiB object as "page.html"
    Then other connections read "page.html" unchanged at once
    And other connections are told the size of "page.html" at once
    And other connections list exactly what I stored at once

  Scenario: A deleted object is gone for others at once
    Given an object "draft.txt"
    And other connections read "draft.txt" unchanged at once
    And other connections list exactly what I stored at once
    When I delete "draft.txt"
    Then other connections do not find "draft.txt"
