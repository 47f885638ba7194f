@s3 @needs.presigned-links
Feature: Links
  A link lets a stranger do one thing with one object, for a while.

  Background:
    Given an empty bucket
    And an object "invoice.pdf"

  Scenario: A stranger with a link can read the object
    Given a link to read "invoice.pdf"
    When a stranger follows the link
    Then the link brought "invoice.pdf" unchanged

  Scenario: A stranger with a link can store the object
    Given a link to write "upload.pdf"
    When a stranger uploads a 20 KiB file through the link
    Then "upload.pdf" reads back unchanged

  Scenario: A link to read stops working when it expires
    Given a link to read "invoice.pdf" that has expired
    When a stranger tries to follow the link
    Then the stranger is refused with "AccessDenied"

  Scenario: A link that works stops working in time
    Given a link to read "invoice.pdf" that expires in 2 seconds
    When a stranger follows the link
    Then the link brought "invoice.pdf" unchanged
    And the link stops working within 10 seconds

  Scenario: A link to write stops working when it expires
    Given a link to write "invoice.pdf" that has expired
    When a stranger tries to upload a 20 KiB file through the link
    Then the stranger is refused with "AccessDenied"
    And "invoice.pdf" reads back unchanged

  Scenario Outline: A link with another <part> does not work
    Given a link to read "invoice.pdf"
    And another <part> in the link
    When a stranger tries to follow the link
    Then the stranger is refused with "<error>"

    Examples:
      | part       | error                 |
      | signature  | SignatureDoesNotMatch |
      | expiry     | SignatureDoesNotMatch |
      | date       | SignatureDoesNotMatch |
      | parameters | SignatureDoesNotMatch |
      | version    | SignatureDoesNotMatch |
      | access key | InvalidAccessKeyId    |

  Scenario: A link leads to no other object
    Given an object "secret.pdf"
    And a link to read "invoice.pdf"
    And the link changed so that it leads to "secret.pdf"
    When a stranger tries to follow the link
    Then the stranger is refused with "SignatureDoesNotMatch"

  Scenario: A link to write leads to no other object
    Given a link to write "upload.pdf"
    And the link changed so that it leads to "invoice.pdf"
    When a stranger tries to upload a 20 KiB file through the link
    Then the stranger is refused with "SignatureDoesNotMatch"
    And "invoice.pdf" reads back unchanged
    And the bucket lists exactly "invoice.pdf"

  Scenario: A link to read is good for nothing else
    Given a link to read "invoice.pdf"
    When a stranger tries to upload a 20 KiB file through the link
    Then the stranger is refused with "SignatureDoesNotMatch"
    When a stranger tries to delete through the link
    Then the stranger is refused with "SignatureDoesNotMatch"
    When a stranger tries to look through the link
    Then the stranger is refused for lack of rights
    And "invoice.pdf" reads back unchanged

  Scenario: A link to write is good for nothing else
    Given a link to write "invoice.pdf"
    When a stranger tries to follow the link
    Then the stranger is refused with "SignatureDoesNotMatch"
    When a stranger tries to delete through the link
    Then the stranger is refused with "SignatureDoesNotMatch"
    And "invoice.pdf" reads back unchanged

  @needs.versioning
  Scenario: A link to a version leads to that version
    Given a bucket that keeps versions
    And 2 versions of "invoice.pdf"
    And a link to read version 1 of "invoice.pdf"
    When a stranger follows the link
    Then the link brought version 1 of "invoice.pdf" unchanged

  Scenario: A link tells by which name to save the file
    Given a link to read "invoice.pdf" as the file "Invoice 7.pdf"
    When a stranger follows the link
    Then the link brought "invoice.pdf" unchanged
    And the link brought a file to be saved as "Invoice 7.pdf"

  Scenario: A link to write takes a file of the type that it tells
    Given a link to write "upload.pdf" of type "application/pdf"
    When a stranger uploads a 20 KiB file of type "application/pdf" through the link
    Then "upload.pdf" reads back unchanged

  Scenario: A link to write takes no file of another type
    Given a link to write "upload.pdf" of type "application/pdf"
    When a stranger tries to upload a 20 KiB file of type "text/html" through the link
    Then the stranger is refused with "SignatureDoesNotMatch"
    And the bucket lists exactly "invoice.pdf"
