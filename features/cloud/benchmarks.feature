@cloud @needs.login @deadline:10m
Feature: Speed of servers
  A user gets the speed that a server should have.

  Scenario: A server's disk keeps what is written, at a decent speed
    Given a server that lets me in
    When I have the server write 64 MiB to its disk
    Then the disk holds what was written
    And that ran at 10 MiB per second at least

  @needs.disk-benchmark
  Scenario: A server's disk reads and writes at random, at a decent speed
    Given a server that lets me in
    When I have the server read and write its disk at random
    Then that ran at 100 operations per second at least
    And 99 % of the operations took 200 ms at most

  @needs.benchmarks
  Scenario: A server computes correctly, at a decent speed
    Given a server that lets me in
    When I have the server compute 4000 digits of pi
    Then the digits are right
    And they came within 60 seconds

  @needs.benchmarks
  Scenario: Two servers exchange data at a decent speed
    Given 2 servers that let me in
    When I have the first server send to the second
    Then that ran at 10 MiB per second at least
