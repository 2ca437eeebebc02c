"""Tests of files of journeys."""
