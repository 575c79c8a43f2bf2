"""Tests of countries' folders."""
