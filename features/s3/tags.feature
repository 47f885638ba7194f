@s3 @needs.tagging
Feature: Tags
  A user finds and sorts objects by their tags.

  Background:
    Given an empty bucket

  Scenario: An object keeps the tags it was stored with
    When I store an object as "photo.jpg" with the tags:
      | tag     | value        |
      | project | Cloud 9      |
      | Owner   | Ünal + Söhne |
      | empty   |              |
    Then "photo.jpg" has exactly the tags it was given

  Scenario: An object tells how many tags it has
    When I store an object as "photo.jpg" with the tags:
      | tag     | value   |
      | project | Cloud 9 |
      | stage   | one     |
    Then "photo.jpg" tells how many tags it has
    When I remove the tags of "photo.jpg"
    Then "photo.jpg" tells how many tags it has

  Scenario: Tags can be given, replaced and taken away
    Given an object "photo.jpg"
    When I tag "photo.jpg" with:
      | tag     | value |
      | project | one   |
      | stage   | two   |
    Then "photo.jpg" has exactly the tags it was given
    When I tag "photo.jpg" with:
      | tag     | value |
      | project | two   |
    Then "photo.jpg" has exactly the tags it was given
    When I remove the tags of "photo.jpg"
    Then "photo.jpg" has exactly the tags it was given
    And "photo.jpg" reads back unchanged

  Scenario: Each object has tags of its own
    Given the objects "a.jpg" and "b.jpg"
    When I tag "a.jpg" with:
      | tag  | value |
      | side | left  |
    And I tag "b.jpg" with:
      | tag  | value |
      | side | right |
    Then "a.jpg" has exactly the tags it was given
    And "b.jpg" has exactly the tags it was given

  Scenario: A copy keeps the tags of its original
    Given another empty bucket
    When I store an object as "photo.jpg" with the tags:
      | tag     | value   |
      | project | Cloud 9 |
    And I copy "photo.jpg" to "copy.jpg"
    And I copy "photo.jpg" to "copy.jpg" in the other bucket
    Then "copy.jpg" has exactly the tags it was given
    And "copy.jpg" in the other bucket has exactly the tags it was given

  Scenario: An object that is stored again has none of its old tags
    When I store an object as "photo.jpg" with the tags:
      | tag     | value   |
      | project | Cloud 9 |
    And I store an object as "photo.jpg"
    Then "photo.jpg" has exactly the tags it was given

  Scenario: An object of a deleted one's name has none of its tags
    When I store an object as "photo.jpg" with the tags:
      | tag     | value   |
      | project | Cloud 9 |
    And I delete "photo.jpg"
    And I store an object as "photo.jpg"
    Then "photo.jpg" has exactly the tags it was given

  Scenario: A deleted object has no tags, not even none
    When I store an object as "photo.jpg" with the tags:
      | tag     | value   |
      | project | Cloud 9 |
    And I delete "photo.jpg"
    And I try to read the tags of "photo.jpg"
    Then I am refused with "NoSuchKey"

  @needs.tagged-uploads
  Scenario: A file uploaded in parts keeps the tags it came with
    When I upload a 6 MiB file as "film.mp4" with the tags:
      | tag     | value   |
      | project | Cloud 9 |
    Then "film.mp4" has exactly the tags it was given
