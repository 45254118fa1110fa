"""Supervised examinations: sessions of accredited structures, candidates, invigilators, incidents, jury, results."""
