@s3
Feature: Visitors
  What a user stores is nobody else's, unless he says so.

  Background:
    Given an empty bucket
    And an object "diary.txt"

  Scenario Outline: A <visitor> can neither read, overwrite nor delete an object
    When a <visitor> tries to read "diary.txt"
    Then the <visitor> is refused with "<error>"
    When a <visitor> tries to store an object as "diary.txt"
    Then the <visitor> is refused with "<error>"
    When a <visitor> tries to delete "diary.txt"
    Then the <visitor> is refused with "<error>"
    And "diary.txt" reads back unchanged
    And the bucket lists exactly "diary.txt"

    Examples:
      | visitor                  | error                 |
      | stranger                 | AccessDenied          |
      | user with a wrong secret | SignatureDoesNotMatch |
      | user with an unknown key | InvalidAccessKeyId    |

    @needs.second-user
    Examples:
      | visitor     | error        |
      | second user | AccessDenied |

  Scenario Outline: A <visitor> can neither list, fill nor remove a bucket
    When a <visitor> tries to list the bucket
    Then the <visitor> is refused with "<error>"
    When a <visitor> tries to store an object as "page.html"
    Then the <visitor> is refused with "<error>"
    When a <visitor> tries to remove the bucket
    Then the <visitor> is refused with "<error>"
    And a <visitor> does not see the bucket among his buckets
    And the bucket lists exactly "diary.txt"

    Examples:
      | visitor                  | error                 |
      | stranger                 | AccessDenied          |
      | user with a wrong secret | SignatureDoesNotMatch |
      | user with an unknown key | InvalidAccessKeyId    |

    @needs.second-user
    Examples:
      | visitor     | error        |
      | second user | AccessDenied |

  Scenario Outline: A <visitor> can't find out about an object
    When a <visitor> tries to look at "diary.txt"
    Then the <visitor> is refused with "403"

    Examples:
      | visitor                  |
      | stranger                 |
      | user with a wrong secret |
      | user with an unknown key |

    @needs.second-user
    Examples:
      | visitor     |
      | second user |

  Scenario Outline: A <visitor> gets in by no side door
    Then a <visitor> gets in by no other way, but is refused with "<error>"
    And the bucket lists exactly "diary.txt"
    And "diary.txt" reads back unchanged

    Examples:
      | visitor                  | error                 |
      | stranger                 | AccessDenied          |
      | user with a wrong secret | SignatureDoesNotMatch |

    @needs.second-user
    Examples:
      | visitor     | error        |
      | second user | AccessDenied |

  Scenario: What a user signed an hour ago can't be repeated
    When a stranger tries to read "diary.txt" with what I signed an hour ago
    Then the stranger is refused with "RequestTimeTooSkewed"
    When a stranger tries to delete "diary.txt" with what I signed an hour ago
    Then the stranger is refused with "RequestTimeTooSkewed"
    And "diary.txt" reads back unchanged
